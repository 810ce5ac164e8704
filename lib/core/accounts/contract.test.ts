import { describe, expect, test } from 'vitest';
import { tokenRequest } from '#lib/core/sign-in/contract.ts';
import { unseenInLine } from '#lib/core/text.ts';
import { registerRequest } from './contract.ts';
import { normalizeEmail } from './email.ts';

const password = 'a few unrelated words';
const emailOf = (email: string) => tokenRequest.safeParse({ email, password }).data?.email ?? null;

describe('an e-mail address', () => {
  test.each([
    ['spaces around it', ' ann@example.org\u00a0', 'ann@example.org'],
    ['invisible characters around it', '\u2066ann@example.org\u200b\u2069', 'ann@example.org'],
    ['capitals', 'Ann@EXAMPLE.org', 'ann@example.org'],
    ['letters that are put together from two', 'zoe\u0308@example.org', 'zo\u00eb@example.org'],
    ['capitals that only fold into one letter', 'J\u030c@example.org', '\u01f0@example.org'],
  ])('is the same account with %s', (_name, typed, expected) => {
    expect(emailOf(typed)).toBe(expected);
    expect(normalizeEmail(expected)).toBe(expected);
  });

  test.each([
    ['two @', 'a@b@example.org'],
    ['a full-width @', 'a\uff20example.org'],
    ['a small @', 'a\ufe6bexample.org'],
    ['a full-width @ beside a real one', 'a\uff20b@example.org'],
    ['a small @ beside a real one', 'a\ufe6bb@example.org'],
    ['a null character', 'a\u0000@example.org'],
    ['a line end behind it', 'a@example.org\n'],
    ['a line end and a header', 'a@example.org\r\nBcc: b@example.org'],
    ['a character of no width', 'a\u200b@example.org'],
    ['a change of direction', 'a\u202e@example.org'],
    ['a letter that is blank', 'a\u3164@example.org'],
    ['a lone half of a character', 'a\ud800@example.org'],
    ['no host', 'a@'],
    ['a host without a dot', 'a@localhost'],
    ['two addresses', 'a@example.org,b@example.org'],
    ['a name before it', 'Ann <a@example.org>'],
    ['255 characters', `${'a'.repeat(60)}@${`${'b'.repeat(60)}.`.repeat(3)}example.orgg`],
  ])('with %s is refused', (_name, typed) => {
    expect(emailOf(typed)).toBeNull();
  });
});

test('a name loses what is invisible at both ends, and is told what is wrong inside', () => {
  const parse = (name: string) => registerRequest.safeParse({ email: 'a@example.org', password, name });
  expect(parse('\u200b Ann\u2067 B\u2069\ufeff').data?.name).toBe('Ann\u2067 B');
  expect(parse('\u200b').data?.name).toBe('');
  expect(parse('An\u0007n').error?.issues[0]?.message).toBe(unseenInLine);
});

describe('a password', () => {
  const typed = (text: string) => registerRequest.safeParse({ email: 'a@example.org', password: text }).data?.password;

  test('stays exactly as it was typed', () => {
    for (const text of [
      ' a few unrelated words ',
      'a few words\u200b',
      '\u2069A FEW words',
      '\ta\u00a0b',
      'x'.repeat(5000),
    ])
      expect(typed(text)).toBe(text);
  });

  test('is the same from keyboards that put letters together differently', () => {
    expect(typed('cafe\u0301 au lait')).toBe('caf\u00e9 au lait');
    expect(typed('\ufb01sh')).toBe('\ufb01sh');
  });
});
