import { HOTP, Secret } from 'otpauth';
import { describe, expect, test } from 'vitest';
import { newTotpSecret, stepOfCode, totpUri, typedSecret } from './totp.ts';

/** The secret of RFC 6238 appendix B, and its codes of eight digits: the last six are those of six digits (RFC 4226 5.3). */
const secret = new TextEncoder().encode('12345678901234567890');
const vectors: [seconds: number, code: string][] = [
  [59, '94287082'],
  [1_111_111_109, '07081804'],
  [1_111_111_111, '14050471'],
  [1_234_567_890, '89005924'],
  [2_000_000_000, '69279037'],
  [20_000_000_000, '65353130'],
];
const at = (seconds: number) => new Date(seconds * 1000);
const stepAt = (seconds: number) => Math.floor(seconds / 30);
const codeOf = (step: number) => HOTP.generate({ secret: new Secret({ buffer: secret.buffer }), counter: step });

describe('the vectors of RFC 6238', () => {
  test.each(vectors)('at %d s the code %s is taken, and no other', (seconds, code) => {
    const six = code.slice(-6);
    expect(stepOfCode(secret, six, at(seconds), -1)).toBe(stepAt(seconds));
    expect(
      stepOfCode(
        secret,
        six.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10)),
        at(seconds),
        -1,
      ),
    ).toBeNull();
  });
});

describe('a code', () => {
  const seconds = 1_234_567_890;
  const present = stepAt(seconds);

  test.each([-1, 0, 1])('of step %d from the present one is taken', (away) => {
    expect(stepOfCode(secret, codeOf(present + away), at(seconds), -1)).toBe(present + away);
  });

  test.each([-2, 2])('of step %d from the present one is not', (away) => {
    expect(stepOfCode(secret, codeOf(present + away), at(seconds), -1)).toBeNull();
  });

  test('of a step that was used, or of one before, is not compared', () => {
    expect(stepOfCode(secret, codeOf(present), at(seconds), present)).toBeNull();
    expect(stepOfCode(secret, codeOf(present - 1), at(seconds), present)).toBeNull();
    expect(stepOfCode(secret, codeOf(present + 1), at(seconds), present)).toBe(present + 1);
  });

  test.each(['', '12345', '1234567', 'abcdef', '      '])('that is none (%j) is refused', (typed) => {
    expect(stepOfCode(secret, typed, at(seconds), -1)).toBeNull();
  });
});

test('a secret has 160 bits, and no two are alike', () => {
  const [one, other] = [newTotpSecret(), newTotpSecret()];
  expect(one).toHaveLength(20);
  expect(Buffer.from(one).equals(other)).toBe(false);
  expect(typedSecret(one)).toMatch(/^[A-Z2-7]{32}$/);
});

test('the address in the picture names account and issuer, and cannot be broken by an address', () => {
  const uri = new URL(totpUri(secret, 'a&secret=x?#@example.org'));
  expect([uri.protocol, uri.host, decodeURIComponent(uri.pathname)]).toEqual([
    'otpauth:',
    'totp',
    '/Latchkey:a&secret=x?#@example.org',
  ]);
  expect(Object.fromEntries(uri.searchParams)).toEqual({
    ...{ secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', issuer: 'Latchkey', algorithm: 'SHA1', digits: '6', period: '30' },
  });
});
