import { atLeast } from './checks.ts';

export interface Strength {
  /** Rates how hard the password is to guess: 0 for nothing typed, 4 for strong. */
  level: 0 | 1 | 2 | 3 | 4;
  /** Gives the reason, or the next step. */
  words: string;
}

/** Limits a password, in bytes of UTF-8, to what bcrypt reads of it. */
const maxBytes = 72;

/**
 * Estimates how hard a password is to guess: by its length, without counting repeats and runs along the keys. The name in
 * the person's own address counts as easy. It is advice; the server's own check decides.
 */
export function strengthOf(password: string, about: { minLength: number; email: string }): Strength {
  const { minLength, email } = about;
  const typed = password.normalize('NFC');
  const missing = minLength - [...typed].length;
  if (typed === '') return { level: 0, words: atLeast(minLength) };
  if (missing > 0)
    return { level: 1, words: `${missing} more character${missing === 1 ? '' : 's'}. A few words work well.` };
  if (new TextEncoder().encode(typed).length > maxBytes)
    return { level: 1, words: `Too long: ${maxBytes} plain letters at most.` };
  if (isOwnName(typed, email)) return { level: 1, words: 'Too close to your email address.' };
  const surprising = countSurprising(typed);
  if (surprising < 6) return { level: 1, words: 'Easy to guess: it repeats itself or runs along the keys.' };
  const bits = surprising * bitsPerCharacter(typed);
  if (bits < 38) return { level: 2, words: 'Fair. One more unrelated word makes it good.' };
  if (bits < 52) return { level: 3, words: 'Good. Another word makes it strong.' };
  return { level: 4, words: 'Strong. Guessing this would take too long to try.' };
}

function isOwnName(password: string, email: string): boolean {
  const name = email.toLowerCase().split('@', 1)[0] ?? '';
  return (
    name.length >= 4 &&
    password
      .toLowerCase()
      .replaceAll(name, '')
      .replace(/[^\p{L}]/gu, '').length <= 3
  );
}

const rows = 'abcdefghijklmnopqrstuvwxyz 01234567890 qwertyuiop asdfghjkl zxcvbnm';
const rowsBackwards = [...rows].reverse().join('');

/** Counts the characters that do not simply follow from the one before, or from the same pair seen earlier. */
function countSurprising(password: string): number {
  const characters = [...password.toLowerCase()];
  const seen = new Set<string>();
  return characters.filter((character, index) => {
    const pair = (characters[index - 1] ?? '') + character;
    const isForeseeable =
      pair.length > 1 && (pair[0] === pair[1] || rows.includes(pair) || rowsBackwards.includes(pair) || seen.has(pair));
    seen.add(pair);
    return !isForeseeable;
  }).length;
}

/** Estimates how many bits a character is worth. Words are more predictable than a mix, and digits alone most of all. */
function bitsPerCharacter(password: string): number {
  if (/^\d+$/.test(password)) return 2;
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\d/, /[^\p{L}\d]/u].filter((kind) => kind.test(password)).length;
  return 2.2 + 0.5 * kinds;
}
