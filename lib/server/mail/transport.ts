import 'server-only';
import { setTimeout as delay } from 'node:timers/promises';
import { createTransport, type NodemailerError } from 'nodemailer';
import type { Letter } from '#lib/core/mail/letter.ts';
import { renderHtml, renderText } from '#lib/core/mail/render.ts';
import type { Sender, SmtpServer } from '#lib/core/mail/smtp.ts';
import { mailTry } from '#lib/core/policy.ts';

export interface Message {
  /** The same for each try, so that a mail which arrives twice can be told from two mails. */
  messageId: string;
  recipient: string;
  at: Date;
  letter: Letter;
}

/** The end of a try. `code` is the server's answer, as three digits, or names what failed before there was one. */
export type SendResult = { kind: 'sent' } | { kind: 'refused' | 'failed'; code: string };

export interface Transport {
  /** Hands a message over within `mailTry.seconds`. Never rejects. `refused` is for good, `failed` may be tried again. */
  send(message: Message): Promise<SendResult>;
  /** Connects, upgrades to TLS and signs in, as before a mail, but sends none. */
  check(): Promise<SendResult>;
}

/** Makes the transport to an SMTP server (RFC 5321). With `starttls` nothing is said in clear (RFC 8314). */
export function smtpTransport({ host, port, tls, login }: SmtpServer, from: Sender): Transport {
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
      inTime(
        transporter.sendMail({
          from,
          to: { name: '', address: recipient },
          envelope: { from: from.address, to: [recipient] },
          messageId,
          date: at,
          subject: letter.subject,
          text: renderText(letter),
          html: renderHtml(letter),
          headers: { 'Auto-Submitted': 'auto-generated' },
        }),
      ),
    check: () => inTime(transporter.verify()),
  };
}

async function inTime(work: Promise<unknown>): Promise<SendResult> {
  const waiting = new AbortController();
  const late = delay(mailTry.seconds * 1000, { kind: 'failed', code: 'ETIME' } as const, { signal: waiting.signal });
  const done = work.then(() => ({ kind: 'sent' }) as const, resultOf);
  try {
    return await Promise.race([done, late]);
  } finally {
    waiting.abort();
    late.catch(() => {});
  }
}

/** Reads an error of nodemailer. Its message is left out: it may quote the recipient. */
function resultOf(error: NodemailerError): SendResult {
  const code = String(error.responseCode ?? error.code ?? error.name).slice(0, 40);
  return { kind: error.permanent ? 'refused' : 'failed', code };
}
