import type { TokenLife } from '#lib/client/token-store.ts';
import type { DemoSession } from '#lib/core/demo/contract.ts';

/** Says what became of the access token in memory, or returns null where that is no news. */
export function tokenWords(before: TokenLife | null, now: TokenLife, isShortened: boolean): string | null {
  const lives = `${Math.round((now.expiresAt - now.receivedAt) / 1000)}\u00a0s`;
  if (!before) return `Access token of generation ${now.generation} in memory, for ${lives}.`;
  if (before.generation === now.generation) return null;
  const cause = isShortened ? 'Access token ended ahead of time: refreshed' : 'Access token refreshed before its end';
  return `${cause}, generation ${before.generation} → ${now.generation}.`;
}

/** Says what became of the session's row, or returns null where that is no news. */
export function rowWords(before: DemoSession, now: DemoSession): string | null {
  const isNews = now.confirmed_at !== null && (before.head !== now.head || before.confirmed_at === null);
  return isNews ? `Generation ${now.head} used for the first time: the server knows that it arrived.` : null;
}

/** Says what a replay of the parent means now, and for how much longer. */
export type Grace =
  | { kind: 'nothing-old' }
  /** Means that the head was not used: a replay gets it again, and a fresh one once the time is up. */
  | { kind: 'unused'; leftMs: number }
  /** Means that the head was used: a replay is forgiven, and counts as theft once the time is up. */
  | { kind: 'used'; leftMs: number };

/** Works out the grace of a session. `now` is the server's clock, in milliseconds. */
export function graceOf(session: DemoSession, now: number): Grace {
  if (session.parent === null) return { kind: 'nothing-old' };
  const { confirmed_at, exchanged_at, grace_seconds } = session;
  const leftMs = Date.parse(confirmed_at ?? exchanged_at) + grace_seconds * 1000 - now;
  return { kind: confirmed_at === null ? 'unused' : 'used', leftMs: Math.max(0, leftMs) };
}

/** Puts the grace of a session into a sentence, without the countdown, which stands beside it. */
export function graceWords(session: DemoSession, grace: Grace): string {
  const { head, parent } = session;
  if (grace.kind === 'nothing-old') return `No token is old yet. Refresh, and token ${head} is.`;
  const isOver = grace.leftMs === 0;
  if (grace.kind === 'unused') {
    return isOver
      ? `Token ${head} was never used, so its answer may be lost: token ${parent} gets a fresh one. Use it to start the grace.`
      : `Token ${head} is not used yet, so its answer may be lost: token ${parent} gets it again.`;
  }
  return isOver
    ? `Token ${head} has been in use for longer than the grace. Token ${parent} can only be a copy now.`
    : `Token ${head} is in use. Token ${parent} may still be a late repeat, and is forgiven.`;
}
