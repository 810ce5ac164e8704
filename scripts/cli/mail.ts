import { randomUUID } from 'node:crypto';
import { type MailRow, type MailState, mailStates } from '#db/store/mails.ts';
import { email, maskedEmail } from '#lib/core/accounts/email.ts';
import { bringsSecret } from '#lib/core/mail/kinds.ts';
import type { Letter } from '#lib/core/mail/letter.ts';
import { renderText } from '#lib/core/mail/render.ts';
import { noticeLifeSeconds } from '#lib/core/policy.ts';
import { isMailOn } from '#lib/core/settings.ts';
import { compose } from '#lib/server/mail/compose.ts';
import { smtpTransport } from '#lib/server/mail/transport.ts';
import { whyNotTaken } from './check-mail.ts';
import { type Command, type CommandContext, parse, withDatabase } from './command.ts';
import type { Terminal } from './terminal.ts';

/** Limits the lines of a list, and the mails that one command makes wait again. */
const listed = 200;
const retried = 10_000;

/** Runs `work` on the database. Throws, in words for people, where mail is off: nothing is written or sent there. */
function withOutbox<T>(terminal: Terminal, work: (context: CommandContext) => Promise<T>): Promise<T> {
  if (!isMailOn(terminal.settings()))
    throw new Error('Mail is off. Set SMTP_URL and MAIL_FROM to switch it on (docs/deploy.md, "Mail").');
  return withDatabase(terminal, work);
}

function lineOf({ id, kind, recipient, state, attempts, smtpCode, at }: MailRow): string {
  const time = at.toISOString().slice(0, 16);
  return `${id}  ${kind}  ${maskedEmail(recipient)}  ${state}  tries ${attempts}  code ${smtpCode ?? '-'}  ${time}`;
}

export const mailList: Command = {
  usage: '[--failed]',
  about: 'Lists mails, the newest first: id, kind, address, state, tries, the SMTP server’s last code, time.',
  run: async (words, terminal) => {
    const { values } = parse(words, [], { failed: { type: 'boolean' } });
    const states: readonly MailState[] = values.failed === true ? ['failed'] : mailStates;
    await withOutbox(terminal, async ({ store }) => {
      const mails = await store.listMails(states, listed + 1);
      if (mails.length === 0) return terminal.print(values.failed === true ? 'No mail has failed.' : 'No mails.');
      for (const mail of mails.slice(0, listed)) terminal.print(lineOf(mail));
      if (mails.length > listed) terminal.print(`There are more. These are the newest ${listed}.`);
    });
    return 0;
  },
};

export const mailShow: Command = {
  usage: '<id>',
  about: 'Prints what a mail says, with its link or code while that is good.',
  run: async (words, terminal) => {
    const { positionals } = parse(words, ['id']);
    await withOutbox(terminal, async (context) => {
      const mail = await findMail(context, positionals[0]);
      const letter = await compose(context, mail);
      if (!letter) throw new Error(whyEmpty(mail));
      terminal.print(
        `To: ${maskedEmail(mail.recipient)}\nSubject: ${letter.subject}\n\n${renderText(letter).trimEnd()}`,
      );
    });
    return 0;
  },
};

async function findMail({ store }: CommandContext, id = ''): Promise<MailRow> {
  const mail = await store.findMail(id);
  if (!mail) throw new Error('There is no such mail. `mail list` shows them, each with its id.');
  return mail;
}

/** Says why a mail has no words. */
function whyEmpty({ linkId, kind, state }: MailRow): string {
  if (linkId !== null) return 'It is void: its link was used, its time is over, or something else took its place.';
  if (state === 'waiting') return 'It is not prepared yet. The app does that within seconds, while it runs.';
  if (kind === 'sign_up_code')
    return 'It is void: its code was typed, wrong ones ended the sign-up, or its hour is over.';
  if (kind === 'email_code')
    return 'It is void: its code was typed, the change of address was given up or replaced, or its hour is over.';
  return 'It is void: it never got a link. Either no account has this address, or its time was over before.';
}

export const mailRetry: Command = {
  usage: '<id> | --failed',
  about:
    'Makes a mail that failed wait to be sent again, or all of them. One whose link or code is over stays as it is.',
  run: async (words, terminal) => {
    const isAll = words.includes('--failed');
    const { positionals } = parse(words, isAll ? [] : ['id, or --failed'], { failed: { type: 'boolean' } });
    return withOutbox(terminal, async (context) => {
      const mails = isAll
        ? await context.store.listMails(['failed'], retried)
        : [await findFailed(context, positionals[0])];
      let waiting = 0;
      for (const mail of mails) waiting += await retry(context, mail);
      const left = mails.length - waiting;
      terminal.print(`Waiting to be sent again: ${waiting}.`);
      if (left > 0) terminal.print(`Void, and left as they are: ${left}. Their people can ask again.`);
      return isAll || waiting > 0 ? 0 : 1;
    });
  },
};

async function findFailed(context: CommandContext, id?: string): Promise<MailRow> {
  const mail = await findMail(context, id);
  if (mail.state !== 'failed') throw new Error(`It has not failed: it is ${mail.state}.`);
  return mail;
}

/** Makes a mail wait again, unless it has nothing to say any more. One with a link or a code ends with it. Returns 1 if it waits. */
async function retry(context: CommandContext, mail: MailRow): Promise<number> {
  if (!(await compose(context, mail))) return 0;
  const now = context.clock();
  const end = bringsSecret(mail.kind) ? mail.expiresAt : new Date(now.getTime() + noticeLifeSeconds * 1000);
  return context.store.retryMails(mail.id, now, end);
}

const testLetter: Letter = {
  subject: 'A test of mail',
  parts: [{ kind: 'text', text: 'An operator sent this to see whether mail from Latchkey arrives. It does.' }],
};

export const mailTest: Command = {
  usage: '<address>',
  about: 'Sends a mail now, past the outbox, and says what the SMTP server answered.',
  run: async (words, terminal) => {
    const { positionals } = parse(words, ['address']);
    const to = email.safeParse(positionals[0]);
    if (!to.success) throw new Error(`address: ${to.error.issues[0]?.message}`);
    const { SMTP_URL, MAIL_FROM, APP_URL } = terminal.settings();
    if (!SMTP_URL || !MAIL_FROM)
      throw new Error('There is no SMTP server to try. Set SMTP_URL and MAIL_FROM (docs/deploy.md, "Mail").');
    const server = `The SMTP server at ${SMTP_URL.host}:${SMTP_URL.port}`;
    const messageId = `<${randomUUID()}@${new URL(APP_URL).hostname}>`;
    const message = { messageId, recipient: to.data, at: new Date(), letter: testLetter };
    const result = await smtpTransport(SMTP_URL, MAIL_FROM).send(message);
    if (result.kind !== 'sent') throw new Error(`${server} did not take it: ${whyNotTaken(result.code)}.`);
    terminal.print(`${server} has taken it for ${maskedEmail(to.data)}, as ${messageId}.`);
    terminal.print('If it does not arrive, see the spam folder, then SPF, DKIM and DMARC (docs/deploy.md, "Mail").');
    return 0;
  },
};
