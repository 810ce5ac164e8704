/** Rules for the characters of text from clients: which it must not contain, and which its ends lose. */

/**
 * Matches what a line must not contain: control characters, and lone surrogates, which databases do not keep intact.
 */
export const unfitForLine = /[\p{Cc}\p{Cs}]/u;
/** Tells a person about a line that is unfit: they cannot see why. */
export const unseenInLine = 'There is an invisible character in it. Type it instead of pasting it.';

/** Matches what text of several lines must not contain: lone surrogates, and NUL, which PostgreSQL refuses. */
export const unfitForText = /[\0\p{Cs}]/u;

/** Matches a character that shows nothing: spaces, and what only joins, parts or turns the characters around it. */
const unseen = /[\s\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb]/u;
/** Matches what changes the look of the character before it, as variation selectors and the letters of a flag do. */
const modifier = /[\p{Variation_Selector}\u{e0020}-\u{e007f}]/u;

/**
 * Takes off both ends of a line what the eye cannot see there, such as what came along when it was pasted. Leaves inside what
 * scripts and emoji need, and at the end a joiner that shapes the letter before it.
 */
export function trimUnseen(line: string): string {
  const characters = [...line];
  const start = characters.findIndex((one) => !unseen.test(one));
  if (start < 0) return '';
  let last = characters.findLastIndex((one) => !unseen.test(one) || modifier.test(one));
  if (characters[last + 1] === '\u200d' && /[\p{M}\p{Script=Arabic}]/u.test(characters[last] ?? '')) last += 1;
  return characters.slice(start, last + 1).join('');
}

/** Matches an email address with a character in it that cannot be seen, and makes it another address. */
export const unfitForEmail = /(?![\s\p{Variation_Selector}])[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;
export const unseenInEmail = 'There is an invisible character in this address. Type it instead of pasting it.';
