import { expect, test } from 'vitest';
import { recoveryCode } from '#lib/core/second-factors/codes.ts';
import { recoveryHash } from './proof.ts';
import { makeRecoveryCodes } from './recovery.ts';

test('ten codes of 24 letters and digits come in groups of four, all different', () => {
  const { shown, hashes } = makeRecoveryCodes();
  expect([new Set(shown).size, new Set(hashes).size]).toEqual([10, 10]);
  for (const code of shown) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4} ){5}[0-9A-HJKMNP-TV-Z]{4}$/);
});

test('a code is found by its hash, however it is typed', () => {
  const { shown, hashes } = makeRecoveryCodes();
  const typed = (text: string) => recoveryHash(recoveryCode.parse(text));
  shown.forEach((code, index) => {
    const hash = hashes[index];
    expect(typed(code)).toBe(hash);
    expect(typed(code.toLowerCase().replaceAll(' ', '-'))).toBe(hash);
    expect(typed(` ${code.replaceAll('0', 'o').replaceAll('1', 'l')} `)).toBe(hash);
  });
});

test('every letter occurs at every place', () => {
  const codes = Array.from({ length: 100 }, makeRecoveryCodes).flatMap(({ shown }) => shown);
  const letters = Array.from(
    { length: 24 },
    (_, place) => new Set(codes.map((code) => code.replaceAll(' ', '')[place])),
  );
  for (const seen of letters) expect(seen.size).toBe(32);
});
