import 'server-only';
import { setTimeout as delay } from 'node:timers/promises';
import { type PurgeKind, purgeKinds } from '#db/store/purge.ts';
import {
  ceremonySeconds,
  endedSessionKeepDays,
  purgeBatch,
  purgeSeconds,
  secondStepSeconds,
} from '#lib/core/policy.ts';
import { idempotencyKeySeconds } from '#lib/core/tasks/policy.ts'; // tasks
import { logSecurityEvent, newSecurityEvent } from '#lib/server/activity/record.ts';
import { logFault } from '#lib/server/observability/log.ts';
import type { Container } from './container.ts';

/** Milliseconds between two batches, in which requests that wait for the database come first. */
const pauseMs = 20;
const daySeconds = 24 * 60 * 60;

/**
 * Starts deleting old rows: tries about every `everySeconds`, and of all processes on a database one does the work in
 * each `purgeSeconds`. Returns the function that stops it, which resolves once the current batch is finished.
 */
export function startPurge(deps: Container, everySeconds: number = purgeSeconds): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = repeat(deps, everySeconds, signal);
  return async () => {
    stopping.abort();
    await running;
  };
}

async function repeat(deps: Container, everySeconds: number, signal: AbortSignal): Promise<void> {
  while (await pause((0.5 + Math.random()) * everySeconds * 1000, signal)) {
    try {
      // The rate limits' counter serves as a lease: in each window the first process does the work.
      const { count } = await deps.store.hit('purge', purgeSeconds, deps.clock());
      if (count === 1) await purge(deps, signal);
    } catch (error) {
      // The next round tries again.
      logFault(deps.log, error, { work: 'purge' });
    }
  }
}

/**
 * Deletes all rows that are old now, in batches, and the accounts whose time has come, until `signal` aborts. Returns the number
 * of deleted rows.
 */
export async function purge(deps: Container, signal: AbortSignal): Promise<number> {
  const { store, env, clock, log } = deps;
  const keptSeconds: Record<PurgeKind, number> = {
    ended_sessions: endedSessionKeepDays * daySeconds,
    expired_sessions: endedSessionKeepDays * daySeconds,
    rate_limits: 0,
    events: env.EVENT_KEEP_DAYS * daySeconds,
    mail_links: 0,
    mails: 0,
    sign_ups: 0,
    email_changes: 0,
    totp_enrolments: 0,
    second_steps: secondStepSeconds,
    trusted_devices: 0,
    // A write that waited may come after the ceremony's end.
    used_ceremonies: ceremonySeconds,
    provider_transactions: 0,
    idempotency_keys: idempotencyKeySeconds, // tasks
  };
  const now = clock().getTime();
  let total = await tellOfAbandoned(deps, new Date(now - keptSeconds.second_steps * 1000), signal);
  for (const kind of purgeKinds) {
    const before = new Date(now - keptSeconds[kind] * 1000);
    for (let deleted = purgeBatch; deleted === purgeBatch; ) {
      if (signal.aborted) return total;
      deleted = await store.purge(kind, before, purgeBatch);
      total += deleted;
      if (deleted === purgeBatch) await pause(pauseMs, signal);
    }
  }
  await purgeAccounts(deps, signal);
  if (total > 0) log.info({ rows: total }, 'Deleted old rows');
  return total;
}

/**
 * Deletes sign-ins from strange networks that were never finished, and tells whose they were, until `signal` aborts. Somebody who
 * began anew has had the time to finish by then. Returns the number of deleted rows.
 */
async function tellOfAbandoned(deps: Container, before: Date, signal: AbortSignal): Promise<number> {
  const about = { userId: null, sessionId: null, requester: { userAgent: null, ip: null }, now: before };
  for (let deleted = 0; ; deleted++) {
    if (signal.aborted) return deleted;
    const { id, noticeId } = newSecurityEvent(deps, 'second_step_abandoned', about);
    const taken = await deps.store.takeAbandonedStep(before, { id, ...(noticeId !== undefined && { noticeId }) });
    if (taken === null) return deleted;
    if (taken.told) {
      logSecurityEvent(deps.log, taken.told);
      deps.outbox.wake();
    }
    await pause(pauseMs, signal);
  }
}

/** Deletes the accounts whose time has come, each with its last mail in a transaction of its own, until `signal` aborts. */
async function purgeAccounts(deps: Container, signal: AbortSignal): Promise<void> {
  const about = { userId: null, sessionId: null, requester: { userAgent: null, ip: null } };
  while (!signal.aborted) {
    const event = newSecurityEvent(deps, 'account_deleted', { ...about, now: deps.clock() });
    const userId = await deps.store.deleteDueAccount(event);
    if (userId === null) return;
    logSecurityEvent(deps.log, { ...event, userId });
    deps.outbox.wake();
    await pause(pauseMs, signal);
  }
}

/** Waits, and returns false when `signal` cut the wait short. Keeps no process alive. */
async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return delay(ms, true, { signal, ref: false }).catch(() => false);
}
