/** Sessions that the demo page makes to be robbed: nobody holds their tokens. */

/** Marks such a session where others have a user agent. Only `lib/server/demo/` writes it. */
export const throwAwayAgent = 'Demo: throw-away session';

/** How many of a person may live at once, and for how long each does at most. */
export const throwAwayLimit = 3;
export const throwAwaySeconds = 60 * 60;
