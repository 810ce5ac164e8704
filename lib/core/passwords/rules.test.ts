import { expect, test } from 'vitest';
import { commonPasswords } from './common.ts';
import { passwordProblem } from './rules.ts';

const about = { email: 'ann.miller@example.org', minLength: 12 };

test.each(['a few unrelated words', 'correct horse battery', 'Tr0ub4dor&3 is old', 'пароль из слов тут'])(
  '%j is taken',
  (password) => {
    expect(passwordProblem(password, about)).toBeNull();
  },
);

test('length is counted in characters below and in bytes above', () => {
  expect(passwordProblem('elevenchars', about)).toContain('At least 12 characters');
  expect(passwordProblem(`${'ab9 '.repeat(17)}wxyz`, about)).toBeNull();
  expect(passwordProblem(`${'ab9 '.repeat(18)}x`, about)).toContain('72 bytes');
  expect(passwordProblem('ключ от двери и ещё один ключ от окна дома', about)).toContain('72 bytes');
});

test.each([
  'passwordpassword',
  'Password123456!',
  'p@ssw0rd2026!!',
  'qwertyuiop123',
  '123456789012',
  'abcdefghijklm',
  'aaaaaaaaaaaaaa',
  'latchkey12345',
  'letmeinletmein1',
  '1q2w3e4r5t6y',
  '1QAZ2wsx3edc',
  'leavemealone',
  'JustinBieber1!',
  'manchesterunited',
  'ann.miller@example.org',
  'ann.miller2026',
])('%j is too easy to guess', (password) => {
  expect(passwordProblem(password, about)).toContain('easy to guess');
});

test('what leaked most often is refused, however its letters are written and whatever is put behind it', () => {
  expect(commonPasswords.size).toBeGreaterThan(700);
  const taken = [...commonPasswords].flatMap((password) =>
    [password, password.toUpperCase(), `${password}!`].filter((one) => passwordProblem(one, about) === null),
  );
  expect(taken).toEqual([]);
});
