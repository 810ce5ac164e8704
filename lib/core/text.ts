/** Which characters text from outside may hold. */

/** Matches what a single line must not hold: control characters, and lone surrogates, which no database gives back unchanged. */
export const unfitForLine = /[\p{Cc}\p{Cs}]/u;

/** Matches what longer text must not hold: lone surrogates, and NUL, which PostgreSQL refuses. */
export const unfitForText = /[\0\p{Cs}]/u;
