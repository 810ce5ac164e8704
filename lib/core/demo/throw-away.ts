/** Limits and marks throw-away sessions, on which the demo page simulates a theft: no client has their tokens. */

/** Marks a throw-away session, in place of a user agent. Only `lib/server/demo/` writes it. */
export const throwAwayAgent = 'Demo: throw-away session';

/** Limits the throw-away sessions that one user may have at once. */
export const throwAwayLimit = 3;
/** Seconds after which a throw-away session is over at the latest. */
export const throwAwaySeconds = 60 * 60;
