import { passwordMaxBytes } from '#lib/core/policy.ts';
import { commonPasswords } from './common.ts';

/** Words that many people choose, without digits and signs. Passwords made of nothing else are guessed first. */
const commonWords =
  'password passwort passphrase motdepasse contrasena senha qwerty qwertyuiop azerty qwertz asdfgh asdfghjkl zxcvbn zxcvbnm letmein welcome willkommen administrator admin root login changeme default secret iloveyou monkey dragon sunshine princess football baseball superman batman trustno starwars pokemon master shadow michael jennifer jordan computer internet whatever freedom mustang samsung google facebook test testing hello hallo abc abcdef abcdefgh correcthorsebatterystaple latchkey'.split(
    ' ',
  );

/** Decides whether a password is longer than bcrypt reads: over 72 bytes of UTF-8. */
export function isPasswordTooLong(password: string): boolean {
  return new TextEncoder().encode(password).length > passwordMaxBytes;
}

/**
 * Returns what is wrong with a new password, as a text for people, or null. Checks its length and whether it is easy to
 * guess, but sets no rules about kinds of characters (NIST SP 800-63B 3.1.1.2, ASVS 5.0 V6.2). Expects the password as
 * typed, in NFC.
 */
export function passwordProblem(password: string, about: { email: string; minLength: number }): string | null {
  if ([...password].length < about.minLength) return `At least ${about.minLength} characters. A few words work well.`;
  if (isPasswordTooLong(password)) return `At most ${passwordMaxBytes} bytes: about ${passwordMaxBytes} plain letters.`;
  if (isGuessable(password, about.email)) return 'This one is easy to guess. A few unrelated words work well.';
  return null;
}

function isGuessable(password: string, email: string): boolean {
  const folded = password.toLowerCase();
  const stem = folded.replace(/[^\p{L}]+$/u, '');
  const letters = stem
    .replace(/[@4]/g, 'a')
    .replace(/0/g, 'o')
    .replace(/[$5]/g, 's')
    .replace(/3/g, 'e')
    .replace(/[1!]/g, 'i');
  const name = email.split('@', 1)[0] ?? '';
  const own = name.length >= 4 ? [email, name] : [email];
  return (
    new Set(folded).size <= 3 ||
    isRun(folded) ||
    [folded, folded.replace(/[^\p{L}\d]+$/u, ''), stem].some((text) => commonPasswords.has(text)) ||
    own.some((word) => leftover(folded, [word]) <= 3) ||
    leftover(folded, commonWords) <= 1 ||
    leftover(letters, commonWords) <= 1
  );
}

/** Counts the letters that remain once the words are removed. Digits and signs do not count: they add very little. */
function leftover(text: string, words: readonly string[]): number {
  const longestFirst = [...words].sort((a, b) => b.length - a.length);
  const rest = longestFirst.reduce((left, word) => left.replaceAll(word, ''), text);
  return rest.replace(/[^\p{L}]/gu, '').length;
}

/** Recognizes runs such as `123456` and `abcdef`, and one key pressed over and over. */
function isRun(text: string): boolean {
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0);
  const steps = codes.slice(1).map((code, index) => code - (codes[index] ?? 0));
  return steps.filter((step) => Math.abs(step) <= 1 || step === -9).length >= steps.length * 0.9;
}
