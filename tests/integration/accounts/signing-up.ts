/** Signing up where addresses are verified, as a person does it: a form, a mail, a code. */
import { type Mailing, startMailing } from '#tests/integration/mail/mailing.ts';
import { Browser, password } from '#tests/support/browser.ts';
import { codeIn, type ReceivedMail } from '#tests/support/received-mail.ts';

export const path = {
  register: '/api/auth/register',
  code: '/api/auth/register/code',
  resend: '/api/auth/register/resend',
};
export const cookieName = 'latchkey-sign-up';

/** Starts the app with verified addresses, an SMTP server, and the sender between them. */
export function startVerifying(changes: Record<string, string> = {}): Promise<Mailing> {
  return startMailing({ EMAIL_VERIFICATION: 'required', LIMIT_REGISTER_PER_ADDRESS: '2000/3600', ...changes });
}

export function register(email: string, over: object = {}, browser = new Browser()): Promise<Response> {
  return browser.send('POST', path.register, { json: { email, password, name: 'Ann', ...over } });
}

export interface Begun {
  browser: Browser;
  id: string;
  mail: ReceivedMail;
}

/** Begins a sign-up, and waits for its mail. */
export async function begun(
  { smtp }: Mailing,
  email: string,
  over: object = {},
  browser = new Browser(),
): Promise<Begun> {
  const response = await register(email, over, browser);
  if (response.status !== 202) throw new Error(`Signing up answered ${response.status}.`);
  const { sign_up_id: id } = await response.json();
  return { browser, id, mail: await smtp.nextMail() };
}

/** Types a code; the browser keeps the token that comes for it. */
export function type(browser: Browser, id: string, code: string): Promise<Response> {
  return browser.authenticate(path.code, { sign_up_id: id, code });
}

/** Types the code in the mail. */
export function confirm({ browser, id, mail }: Begun): Promise<Response> {
  return type(browser, id, codeIn(mail));
}

/** Makes a code that is another one. */
export function another(code: string): string {
  return code.replace(/\d/, (digit) => String((Number(digit) + 1) % 10));
}

export async function fieldsOf(response: Response): Promise<string[]> {
  return Object.keys((await response.json()).fields ?? {});
}
