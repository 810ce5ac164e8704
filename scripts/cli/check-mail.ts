/** Checks of the doctor that are about mail: does the SMTP server let the app in, and does the outbox empty itself? */
import { paths } from '#lib/core/routes.ts';
import { hasOutboxPage, isMailOn } from '#lib/core/settings.ts';
import { smtpTransport } from '#lib/server/mail/transport.ts';
import type { CommandContext } from './command.ts';
import { type Finding, fail, ok, warn } from './findings.ts';

/** Minutes that a mail may wait before something is wrong: by then it was tried four times. */
const waitMinutes = 10;

/** Says in words for people why an SMTP server took no mail. `code` is that of a try. */
export function whyNotTaken(code: string): string {
  if (/^(EAUTH|53[0458])$/.test(code)) return `it does not take the user and password of SMTP_URL (${code})`;
  if (/^4\d\d$/.test(code)) return `it asks to try again later (${code})`;
  if (/^5\d\d$/.test(code)) return `it refuses (${code})`;
  if (code === 'EDNS') return 'its name has no address';
  if (/^(ETIMEDOUT|ETIME)$/.test(code)) return 'no answer came in time. Is a firewall in the way?';
  if (code === 'ETLS')
    return 'TLS cannot be agreed on: is smtps for a port that wants STARTTLS, or the other way round?';
  return `the connection fails, or its certificate is not trusted (${code})`;
}

/** Checks that the SMTP server can be reached, speaks TLS and takes the login; or says how mail is read, or that it is off. */
export async function checkSmtp({ env }: CommandContext): Promise<Finding[]> {
  const { SMTP_URL, MAIL_FROM, APP_URL } = env;
  if (SMTP_URL && MAIL_FROM) {
    const result = await smtpTransport(SMTP_URL, MAIL_FROM).check();
    const server = `the SMTP server at ${SMTP_URL.host}:${SMTP_URL.port}`;
    return [
      result.kind === 'sent'
        ? ok(`${server} lets this app in`)
        : fail(`${server} lets no mail in: ${whyNotTaken(result.code)}`),
      ...(SMTP_URL.tls === 'off' ? [warn('SMTP_URL says tls=off: mails and their links travel in clear')] : []),
    ];
  }
  if (hasOutboxPage(env))
    return [
      warn(
        `${APP_URL}${paths.outbox} is within reach of whoever uses this machine, links to set passwords included. Set SMTP_URL to send mails, or OUTBOX_PAGE=off`,
      ),
    ];
  return [ok('mail is off: operators hand over links to set passwords. SMTP_URL switches it on')];
}

/** Checks that mails leave the outbox: that none failed, and none waits for long. */
export async function checkOutbox({ env, store, clock }: CommandContext): Promise<Finding[]> {
  if (!isMailOn(env)) return [];
  const { counts, oldest } = await store.countMails();
  const minutes = oldest === null ? 0 : Math.floor((clock().getTime() - oldest.getTime()) / 60_000);
  const findings = [
    ...(counts.failed > 0
      ? [
          warn(
            `mails that failed: ${counts.failed}. \`mail list --failed\` shows them, \`mail retry\` sends them again`,
          ),
        ]
      : []),
    ...(minutes >= waitMinutes
      ? [
          warn(
            `mails that wait: ${counts.waiting}, the oldest for ${minutes} min. Is the app running? See \`mail list\``,
          ),
        ]
      : []),
  ];
  return findings.length > 0 ? findings : [ok('no mail has failed, and none waits for long')];
}
