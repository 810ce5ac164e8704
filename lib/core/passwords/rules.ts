import { passwordMaxBytes } from '#lib/core/policy.ts';
import { commonPasswords } from './common.ts';

/** What many people choose, without its digits and signs. Anything built on one of these alone is guessed first. */
const commonWords =
  'password passwort passphrase motdepasse contrasena senha qwerty qwertyuiop azerty qwertz asdfgh asdfghjkl zxcvbn zxcvbnm letmein welcome willkommen administrator admin root login changeme default secret iloveyou monkey dragon sunshine princess football baseball superman batman trustno starwars pokemon master shadow michael jennifer jordan computer internet whatever freedom mustang samsung google facebook test testing hello hallo abc abcdef abcdefgh correcthorsebatterystaple latchkey'.split(
    ' ',
  );

/** Whether a password is longer than bcrypt reads: the limit is in UTF-8 bytes. */
export function isPasswordTooLong(password: string): boolean {
  return new TextEncoder().encode(password).length > passwordMaxBytes;
}

/**
 * What is wrong with a new password, in words that help, or null. Length, and what everybody would guess; no rules about
 * which characters (NIST SP 800-63B 3.1.1.2, ASVS 5.0 V6.2). The password is as typed, in NFC.
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

/** How many letters are left when the known words are taken out; digits and signs around them help nobody. */
function leftover(text: string, words: readonly string[]): number {
  const longestFirst = [...words].sort((a, b) => b.length - a.length);
  const rest = longestFirst.reduce((left, word) => left.replaceAll(word, ''), text);
  return rest.replace(/[^\p{L}]/gu, '').length;
}

/** 123456…, abcdef…, and the same key over and over. */
function isRun(text: string): boolean {
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0);
  const steps = codes.slice(1).map((code, index) => code - (codes[index] ?? 0));
  return steps.filter((step) => Math.abs(step) <= 1 || step === -9).length >= steps.length * 0.9;
}
