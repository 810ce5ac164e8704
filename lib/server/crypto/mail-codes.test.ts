import { randomBytes, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { mailSecrets, newLinkNonce } from './mail-secrets.ts';

const [first, second] = ['the first secret of thirty-two letters', 'the second secret, as long as it is'];
const secrets = mailSecrets([first]);
const aSignUp = (over: object = {}) => ({ id: randomUUID(), kid: secrets.newestKid, nonce: newLinkNonce(), ...over });

test('a code is eight digits, the same each time', () => {
  const signUp = aSignUp();
  const code = secrets.codeOf('sign_up', signUp) ?? '';
  expect(code).toMatch(/^\d{8}$/);
  expect(secrets.codeOf('sign_up', { ...signUp })).toBe(code);
  expect(mailSecrets([first]).codeOf('sign_up', signUp)).toBe(code);
  expect(secrets.isCodeOf(code, 'sign_up', signUp)).toBe(true);
});

test('a code begins with any digit, zero too: ten thousand codes are spread evenly', () => {
  const begins = Array.from({ length: 10 }, () => 0);
  for (let made = 0; made < 10_000; made++) {
    const code = secrets.codeOf('sign_up', aSignUp()) ?? '';
    const digit = Number(code[0]);
    begins[digit] = (begins[digit] ?? 0) + 1;
  }
  // One in a billion runs has a digit that is further off.
  for (const count of begins) expect(Math.abs(count - 1000)).toBeLessThan(200);
});

test('a code of one kind is none of another, for the same row and key', () => {
  const row = aSignUp();
  const codes = (['sign_up', 'email'] as const).map((kind) => [kind, secrets.codeOf(kind, row) ?? ''] as const);
  for (const [kind, code] of codes)
    for (const [other] of codes) expect(secrets.isCodeOf(code, other, row)).toBe(kind === other);
});

test('the code of a sign-up is what it was before there was another kind', () => {
  const row = { id: '6f1c1c54-6d4f-4f1e-9f53-1c6f8f5e0a11', kid: secrets.newestKid, nonce: new Uint8Array(32).fill(7) };
  expect([secrets.newestKid, secrets.codeOf('sign_up', row)]).toEqual(['0PE09JpV', '20791737']);
});

test('no part of the row alone, and no key alone, makes the code', () => {
  const signUp = aSignUp();
  const code = secrets.codeOf('sign_up', signUp);
  const others = [
    secrets.codeOf('sign_up', { ...signUp, id: randomUUID() }),
    secrets.codeOf('sign_up', { ...signUp, nonce: newLinkNonce() }),
    mailSecrets([second, first]).codeOf('sign_up', { ...signUp, kid: mailSecrets([second]).newestKid }),
  ];
  for (const other of others) expect(other).not.toBe(code);
});

test.each([
  ['another’s', (code: string) => String((Number(code) + 1) % 100_000_000).padStart(8, '0')],
  ['cut', (code: string) => code.slice(0, 7)],
  ['with a digit more', (code: string) => `${code}0`],
  ['empty', () => ''],
  ['with other signs', (code: string) => `${code.slice(0, 7)}\u0660`],
])('a code that is %s is not the sign-up’s', (_, change) => {
  const signUp = aSignUp();
  expect(secrets.isCodeOf(change(secrets.codeOf('sign_up', signUp) ?? ''), 'sign_up', signUp)).toBe(false);
});

test('a code lives on while its key is listed, and is void when it is not', () => {
  const signUp = aSignUp();
  const code = secrets.codeOf('sign_up', signUp) ?? '';
  expect(mailSecrets([second, first]).isCodeOf(code, 'sign_up', signUp)).toBe(true);
  const without = mailSecrets([second]);
  expect(without.codeOf('sign_up', signUp)).toBeNull();
  expect([code, '', 'null', '00000000'].map((typed) => without.isCodeOf(typed, 'sign_up', signUp))).not.toContain(true);
});

test('the code of a sign-up says nothing of a link with the same id, nonce and key', () => {
  const row = { id: randomUUID(), kid: secrets.newestKid, nonce: randomBytes(32) };
  const code = secrets.codeOf('sign_up', row) ?? '';
  for (const kind of ['reset', 'operator'] as const) {
    const token = secrets.tokenOf({ ...row, kind }) ?? '';
    const tag = Buffer.from(token.split('.')[1] ?? '', 'base64url');
    expect(String(tag.readBigUInt64BE() % 100_000_000n).padStart(8, '0')).not.toBe(code);
    expect(secrets.isTokenOf(`${row.id}.${code}`, { ...row, kind })).toBe(false);
    expect(secrets.isCodeOf(token, 'sign_up', row)).toBe(false);
  }
});
