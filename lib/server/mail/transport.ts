import 'server-only';
import { createTransport, type NodemailerError } from 'nodemailer';
import type { Letter } from '#lib/core/mail/letter.ts';
import { renderHtml, renderText } from '#lib/core/mail/render.ts';
import type { Sender, SmtpServer } from '#lib/core/mail/smtp.ts';
import { mailTry } from '#lib/core/policy.ts';

export interface Message {
  /** Identifies the mail, the same for each try, so that one which arrives twice can be told from two. */
  messageId: string;
  recipient: string;
  at: Date;
  letter: Letter;
}

/** The end of a try. `code` is the server's answer, as three digits, or names what failed. */
export type SendResult = { kind: 'sent' } | { kind: 'refused' | 'failed'; code: string };

export interface Transport {
  /** Hands a message over, or gives it up in time. Never rejects. `refused` is for good, `failed` may be tried again. */
  send(message: Message): Promise<SendResult>;
  /** Connects, upgrades to TLS and signs in, as before a mail, but sends none. */
  check(): Promise<SendResult>;
}

/**
 * Makes the transport to an SMTP server (RFC 5321), which gives up a message after `seconds`. With `starttls` nothing is said
 * in clear (RFC 8314).
 */
export function smtpTransport(
  { host, port, tls, login }: SmtpServer,
  from: Sender,
  seconds: number = mailTry.seconds,
): Transport {
  const transporter = createTransport({
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'off',
    ...(login && { auth: { user: login.user, pass: login.password } }),
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 20_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    send: ({ messageId, recipient, at, letter }) =>
      resultOf(
        transporter.sendMail({
          from,
          // An object, for the envelope too: nodemailer looks for several addresses in a string.
          to: { name: '', address: recipient },
          messageId,
          date: at,
          subject: letter.subject,
          text: renderText(letter),
          html: renderHtml(letter),
          headers: { 'Auto-Submitted': 'auto-generated' },
          // Closes the connection, too.
          signal: AbortSignal.timeout(seconds * 1000),
        }),
      ),
    check: () => resultOf(transporter.verify()),
  };
}

function resultOf(work: Promise<unknown>): Promise<SendResult> {
  return work.then(() => ({ kind: 'sent' }), failureOf);
}

/**
 * Reads an error of nodemailer. Its message is left out: it may quote the recipient. Only what the server says of the mail
 * itself is for good: a login or TLS that it refuses is set right by an operator, and the mails wait for that.
 */
function failureOf({ name, code = name, responseCode, permanent }: NodemailerError): SendResult {
  const isOfMail = code === 'EENVELOPE' || code === 'EMESSAGE';
  const shown = code === 'EABORT' ? 'ETIME' : code === 'ETLS' ? code : (responseCode ?? code);
  return { kind: isOfMail && permanent ? 'refused' : 'failed', code: String(shown).slice(0, 40) };
}
