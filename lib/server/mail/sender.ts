import 'server-only';
import { setTimeout as delay } from 'node:timers/promises';
import type { MailOutcome, MailRow } from '#db/store/mails.ts';
import { linkReuseSeconds, mailKeepDays, mailRetrySeconds, mailTry, outboxSeconds } from '#lib/core/policy.ts';
import { newSecurityEvent, recordSecurityEvent } from '#lib/server/activity/record.ts';
import { logFault } from '#lib/server/observability/log.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { compose } from './compose.ts';
import { newPasswordLink } from './links.ts';
import { smtpTransport, type Transport } from './transport.ts';

/** Milliseconds in which a request that wrote a mail is answered before the sender looks whose it is: its time must not tell. */
const answerMs = 50;

/**
 * Starts sending what is in the outbox, one mail at a time: at `deps.outbox.wake()`, and about every `outboxSeconds`. Where
 * no SMTP server is set, mails are made ready to be read instead. Returns the function that stops it, which resolves once
 * the current try is settled or `stopSeconds` are over: another process repeats a try that was cut off.
 */
export function startSender(deps: Container, { seconds, stopSeconds } = mailTry): () => Promise<void> {
  const { SMTP_URL, MAIL_FROM } = deps.env;
  const transport = SMTP_URL && MAIL_FROM ? smtpTransport(SMTP_URL, MAIL_FROM, seconds) : null;
  const stopping = new AbortController();
  const running = repeat(deps, transport, stopping.signal);
  return async () => {
    stopping.abort();
    deps.outbox.wake();
    await Promise.race([running, delay(stopSeconds * 1000, undefined, { ref: false })]);
  };
}

async function repeat(deps: Container, transport: Transport | null, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    try {
      while (!stopping.aborted && (await sendNext(deps, transport)));
    } catch (error) {
      // The next round tries again. A mail that was claimed is hidden for a while.
      if (!stopping.aborted) logFault(deps.log, error, { work: 'mail' });
    }
    if (stopping.aborted) return;
    await deps.outbox.wait((0.5 + Math.random()) * outboxSeconds * 1000);
    await delay(answerMs, undefined, { ref: false, signal: stopping }).catch(() => {});
  }
}

/** Sends the mail that is due the longest. Returns false if none is due. */
async function sendNext(deps: Container, transport: Transport | null): Promise<boolean> {
  const { store, clock } = deps;
  const now = clock();
  const mail = await store.claimMail(now, new Date(now.getTime() + mailTry.hiddenSeconds * 1000));
  if (!mail) return false;
  const outcome = await tryToSend(deps, transport, mail);
  const isSettled = await store.settleMail(mail.id, mail.attempts, outcome);
  if (isSettled) report(deps, mail, outcome);
  return true;
}

async function tryToSend(deps: Container, transport: Transport | null, claimed: MailRow): Promise<MailOutcome> {
  if (claimed.expiresAt <= deps.clock()) return failed(deps, 'EXPIRED');
  const mail = await addressed(deps, claimed);
  const letter = mail && (await compose(deps, mail));
  if (!mail || !letter) return { state: 'dropped' };
  if (!transport) return { state: 'held' };
  const { hostname } = new URL(deps.env.APP_URL);
  const result = await transport.send({
    messageId: `<${mail.id}@${hostname}>`,
    recipient: mail.recipient,
    at: mail.at,
    letter,
  });
  if (result.kind === 'sent') return { state: 'sent' };
  const dueAt = new Date(deps.clock().getTime() + mailRetrySeconds(mail.attempts) * 1000);
  if (result.kind === 'failed' && dueAt < mail.expiresAt) return { state: 'waiting', dueAt, smtpCode: result.code };
  return failed(deps, result.code);
}

function failed({ clock }: Container, smtpCode: string): MailOutcome {
  const purgeAt = new Date(clock().getTime() + mailKeepDays.failed * 24 * 60 * 60 * 1000);
  return { state: 'failed', purgeAt, smtpCode };
}

/** Looks whose address a mail goes to, at its first try. Returns null if it is a mail for nobody. */
async function addressed(deps: Container, mail: MailRow): Promise<MailRow | null> {
  if (mail.kind === 'password_reset') return withLink(deps, mail);
  if (mail.kind !== 'sign_up_code' && mail.kind !== 'email_code') return mail;
  const holder = await deps.store.findHolder(mail.recipient, deps.clock());
  // Whoever asks for another address may hold it themselves: to prove it, or since it was theirs until a few days ago.
  return holder === null || holder.userId === mail.userId ? mail : deps.store.markTaken(mail, holder);
}

/**
 * Looks whose address a mail goes to, and gives it the link that it brings, at its first try. While the person's last link
 * is good for long, a mail brings that one again, so that nobody voids it by asking. Returns null if the address has
 * no account.
 */
async function withLink(deps: Container, mail: MailRow): Promise<MailRow | null> {
  if (mail.linkId !== null) return mail;
  const user = await deps.store.findUserByEmail(mail.recipient);
  if (!user) return null;
  const about = { userId: user.id, sessionId: null, requester: mail, now: mail.at };
  await recordSecurityEvent(deps, newSecurityEvent(deps, 'password_reset_asked', about), user.id);
  const link = newPasswordLink(deps, { kind: 'reset', userId: user.id, email: user.email });
  const goodUntil = new Date(deps.clock().getTime() + linkReuseSeconds * 1000);
  return (await deps.store.linkMail(mail, link, goodUntil)) ? deps.store.findMail(mail.id) : null;
}

function report({ log }: Container, { id, kind, attempts }: MailRow, outcome: MailOutcome): void {
  if (outcome.state === 'sent') log.info({ event: 'mail_sent', id, kind, attempts });
  if (outcome.state === 'failed' || outcome.state === 'waiting')
    log.warn({ event: 'mail_failed', id, kind, attempts, code: outcome.smtpCode, isFinal: outcome.state === 'failed' });
}
