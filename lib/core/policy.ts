/** Numbers that are decisions, with their units. What an operator may change is in settings.ts instead. */

/** A request body over this many bytes is refused while it is read. */
export const bodyLimitBytes = 16 * 1024;

/** bcrypt reads 72 bytes and ignores the rest, so a longer password is refused, never cut. */
export const passwordMaxBytes = 72;

/** How far another machine's clock may run ahead when it says when a token was issued (RFC 8725). */
export const issuedAtLeewaySeconds = 5;

/** How long an `Idempotency-Key` is remembered. */
export const idempotencyKeySeconds = 24 * 60 * 60;

/** A refresh gives up after this long at most, so that a repeat still falls into the grace window. */
const refreshTimeoutSeconds = 8;

/** Hashing: threads, and how many passwords may wait for one before the next is told to come back. */
export const hashWorkers = 2;
export const hashQueueLimit = 64;

/** How long a write waits for a locked database before it answers 503. */
export const databaseWaitSeconds = 5;

/** What `Retry-After` says on a 503. */
export const retryAfterSeconds = 2;

/** The demo's throw-away sessions: how many of a person may live at once, and for how long each does at most. */
export const throwAwayLimit = 3;
export const throwAwaySeconds = 60 * 60;

/** A page session this close to its end is renewed before a page is rendered from it. */
export function renewalMarginSeconds(accessTtlSeconds: number): number {
  return Math.min(15, accessTtlSeconds / 5);
}

/** The abort time of one refresh: min(8 s, 0.8 G), or 8 s when there is no grace. */
export function refreshAbortSeconds(graceSeconds: number): number {
  return graceSeconds === 0 ? refreshTimeoutSeconds : Math.min(refreshTimeoutSeconds, 0.8 * graceSeconds);
}
