import { describe, expect, test } from 'vitest';
import { newSeed, refreshTokens } from './refresh-token.ts';

const [oldSecret, newSecret] = [
  'Zk3v9QmX7rT1wLc5Yh8NbJ2dKf6GpS4A-tests-only',
  'h4Tz8WqLx1VnRb6YcM3kPs9JdG2fUa7E-tests-only',
];
const tokens = refreshTokens([oldSecret]);
const session = { id: '0b8f4e0e-3f4e-4c53-8a54-90b6a6a0d7c2', seed: newSeed() };
const token = tokens.write(session, 7, tokens.newestKid) ?? '';

test('what was written is parsed, and belongs to its session', () => {
  const parsed = tokens.parse(token);
  expect(parsed).toMatchObject({ sessionId: session.id, generation: 7 });
  expect(parsed && tokens.nonceMatches(session, parsed)).toBe(true);
});

test('a generation is written the same, byte for byte, by any process', () => {
  expect(refreshTokens([oldSecret]).write(session, 7, tokens.newestKid)).toBe(token);
});

test('the key without the seed makes no token of the session', () => {
  const forged = tokens.parse(tokens.write({ id: session.id, seed: newSeed() }, 7, tokens.newestKid));
  expect(forged && tokens.nonceMatches(session, forged)).toBe(false);
});

test('the seed without the key makes no token at all', () => {
  const stranger = refreshTokens([newSecret]);
  expect(tokens.parse(stranger.write(session, 7, stranger.newestKid))).toBeNull();
});

describe('not authentic', () => {
  const parts = token.split('.');
  test.each([1, 2, 3, 4, 5])('when part %i is changed', (index) => {
    const changed = parts.map((part, at) =>
      at === index ? part.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A')) : part,
    );
    if (index === 3) changed[3] = '8';
    expect(tokens.parse(changed.join('.'))).toBeNull();
  });

  test.each([
    '',
    'v1',
    `${token}.`,
    ` ${token}`,
    token.replace('v1', 'v2'),
    token.replace('.7.', '.07.'),
    token.replace('.7.', '.7e0.'),
    token.toUpperCase(),
  ])('%j', (text) => {
    expect(tokens.parse(text)).toBeNull();
  });
});

describe('when the secret is rotated', () => {
  const rotated = refreshTokens([newSecret, oldSecret]);

  test('old tokens stay good, new ones carry the new key, and order does not matter to the kid', () => {
    expect(rotated.parse(token)).not.toBeNull();
    expect(rotated.newestKid).not.toBe(tokens.newestKid);
    expect(refreshTokens([oldSecret, newSecret]).newestKid).toBe(tokens.newestKid);
  });

  test("the head's token can be written again with its own key, until that is taken off the list", () => {
    expect(rotated.write(session, 7, tokens.newestKid)).toBe(token);
    expect(refreshTokens([newSecret]).write(session, 7, tokens.newestKid)).toBeNull();
  });
});
