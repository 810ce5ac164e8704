/** Changing an address, as a person does it: a form, a mail, a code, and the link that takes the old address back. */
import { type Mailing, startMailing } from '#tests/integration/mail/mailing.ts';
import { Browser } from '#tests/support/browser.ts';
import { codeIn, linkIn, type ReceivedMail } from '#tests/support/received-mail.ts';

export const path = {
  email: '/api/auth/email',
  code: '/api/auth/email/code',
  undo: '/api/auth/email/undo',
  token: '/api/auth/token',
};

export const ann = 'ann@example.org';
export const next = 'next@example.org';

export interface Post {
  mailing: Mailing;
  /** Resolves with the mails that came since the last call, once the outbox was looked through. */
  newMails(): Promise<ReceivedMail[]>;
  /** Resolves with the one mail with this subject that came to an address since the last call. */
  mailTo(address: string, subject: string): Promise<ReceivedMail>;
}

/** Starts the app, an SMTP server, and the sender between them. */
export async function startPost(changes: Record<string, string> = {}): Promise<Post> {
  const mailing = await startMailing({
    LIMIT_MAIL_PER_CLIENT: '2000/3600',
    LIMIT_MAIL_PER_ADDRESS: '2000/3600',
    ...changes,
  });
  let read = 0;
  const newMails = async () => {
    await mailing.round();
    const mails = mailing.smtp.mails.slice(read);
    read = mailing.smtp.mails.length;
    return mails;
  };
  return {
    mailing,
    newMails,
    async mailTo(address, subject) {
      const mails = await newMails();
      const [mail, ...more] = mails.filter(
        ({ to, headers }) => to.includes(address) && headers.get('subject') === subject,
      );
      if (!mail || more.length > 0)
        throw new Error(`Got ${mails.map(({ to, headers }) => `${to}: ${headers.get('subject')}`)}`);
      return mail;
    },
  };
}

export function ask(who: Browser, email: unknown): Promise<Response> {
  return who.send('POST', path.email, { json: { email } });
}

export function type(who: Browser, code: string): Promise<Response> {
  return who.send('POST', path.code, { json: { code } });
}

/** Asks for an address, and reads the code that is mailed there. */
export async function askedCode(post: Post, who: Browser, email = next): Promise<string> {
  const response = await ask(who, email);
  if (response.status !== 202) throw new Error(`Asking answered ${response.status}.`);
  return codeIn(await post.mailTo(email, 'Confirm this address'));
}

/** Changes an address, and reads the link that is mailed to the old one. */
export async function change(post: Post, who: Browser, { from = ann, to = next } = {}): Promise<string> {
  const response = await type(who, await askedCode(post, who, to));
  if (response.status !== 200) throw new Error(`The code was answered ${response.status}.`);
  return linkIn(await post.mailTo(from, 'Your address was changed'));
}

export function undo(link: string, email: unknown, browser = new Browser()): Promise<Response> {
  return browser.send('POST', path.undo, { json: { token: new URL(link).hash.slice(1), email } });
}

/** Makes a code that is another one. */
export function another(code: string): string {
  return code.replace(/\d/, (digit) => String((Number(digit) + 1) % 10));
}

export async function fieldsOf(response: Response): Promise<[number, string[]]> {
  return [response.status, Object.keys((await response.json()).fields ?? {})];
}

export async function signIn(email: string, password: string): Promise<number> {
  return (await new Browser().authenticate(path.token, { email, password })).status;
}
