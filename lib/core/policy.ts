/** Numbers that are decisions, with their units. What an operator may change is in settings.ts instead. */

/** A request body over this many bytes is refused while it is read. */
export const bodyLimitBytes = 16 * 1024;

/** A query with more parameters is refused: Next takes a second and more for some thousands. */
export const queryParametersLimit = 100;

/** What the browser's router says of itself is some hundred letters; a longer one is left unread. */
export const routerStateMaxLength = 2048;

/** bcrypt reads 72 bytes and ignores the rest, so a longer password is refused, never cut. */
export const passwordMaxBytes = 72;

/** How far another machine's clock may run ahead when it says when a token was issued (RFC 8725). */
export const issuedAtLeewaySeconds = 5;

/** A refresh gives up after this long at most, so that a repeat still falls into the grace window. */
const refreshTimeoutSeconds = 8;

/** How many passwords may wait for each hashing thread before the next is told to come back. */
export const hashQueuePerThread = 32;

/** Hashing threads of one of `workers` processes: together no more than there are cores, and two in one process at most. */
export function hashThreads(cores: number, workers: number): number {
  return Math.min(2, Math.max(1, Math.floor(cores / workers)));
}

/** An ended session's row stays this long, so that the sign-in page can say why it ended. */
export const endedSessionKeepDays = 30;

/** Old rows are deleted this often, and so many with each statement. */
export const purgeSeconds = 600;
export const purgeBatch = 50;

/** How long a call waits for a database that is locked, busy or away before it answers 503. */
export const databaseWaitSeconds = 5;

/** Connections of one of `workers` processes to PostgreSQL: together no more than the instance's, and at least one each. */
export function databaseConnections(ofInstance: number, workers: number): number {
  return Math.max(1, Math.floor(ofInstance / workers));
}

/** How long a one-time link to set a password is good for. */
export const passwordResetSeconds = 60 * 60;
/** An account past LIMIT_LOGIN_PER_ACCOUNT_ANYWHERE gets one try from strangers in this many seconds. */
export const accountPaceSeconds = 5;

/** Whatever the others do, a network that began to ask this long ago gets a try of its own, and one each time it passes again. */
export const longestWaitSeconds = 10 * 60;
/** How long it is remembered when a network began to ask. */
export const askingSeconds = 24 * 60 * 60;

/** A network that an account was signed in from within this time does not count as strange to it. */
export const knownNetworkSeconds = 30 * 24 * 60 * 60;

/** How many events of one kind that others can cause stand in a person's log. */
export const notedEvents = { count: 20, seconds: 60 * 60 };

/** What `Retry-After` says on a 503. */
export const retryAfterSeconds = 2;

/** A page session this close to its end is renewed before a page is rendered from it. */
export function renewalMarginSeconds(accessTtlSeconds: number): number {
  return Math.min(15, accessTtlSeconds / 5);
}

/** The abort time of one refresh: min(8 s, 0.8 G), or 8 s when there is no grace. */
export function refreshAbortSeconds(graceSeconds: number): number {
  return graceSeconds === 0 ? refreshTimeoutSeconds : Math.min(refreshTimeoutSeconds, 0.8 * graceSeconds);
}
