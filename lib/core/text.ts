/** Patterns for the characters that text from clients must not contain. */

/**
 * Matches what a line must not contain: control characters, and lone surrogates, which databases do not keep intact.
 */
export const unfitForLine = /[\p{Cc}\p{Cs}]/u;

/** Matches what text of several lines must not contain: lone surrogates, and NUL, which PostgreSQL refuses. */
export const unfitForText = /[\0\p{Cs}]/u;
