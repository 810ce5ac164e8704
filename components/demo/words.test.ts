import { describe, expect, test } from 'vitest';
import type { DemoSession } from '#lib/core/demo/contract.ts';
import { used } from './moments.ts';
import { graceOf, graceWords, rowWords, tokenWords } from './words.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 23, 12, 0, seconds)).toISOString();
const row: DemoSession = {
  id: 's',
  head: 1,
  parent: 0,
  exchanged_at: at(0),
  confirmed_at: at(5),
  idle_expires_at: at(0),
  expires_at: at(0),
  grace_seconds: 10,
  now: at(5),
};
const life = { sessionId: 's', generation: 4, receivedAt: 0, refreshAt: 12_000, expiresAt: 15_000 };

describe('the log', () => {
  test('names both generations of a refresh, and whether it was hurried', () => {
    const next = { ...life, generation: 5, receivedAt: 12_000 };
    expect(tokenWords(null, life, false)).toBe('Access token of generation 4 in memory, for 15\u00a0s.');
    expect(tokenWords(life, next, true)).toBe('Access token ended ahead of time: refreshed, generation 4 → 5.');
    expect(tokenWords(life, next, false)).toBe('Access token refreshed before its end, generation 4 → 5.');
  });

  test('is silent about the same generation and the same row', () => {
    expect(tokenWords(life, { ...life, expiresAt: 5000 }, true)).toBeNull();
    expect(rowWords(row, row)).toBeNull();
    expect(rowWords(row, { ...row, head: 2, parent: 1, confirmed_at: null })).toBeNull();
  });

  test('tells the first use of a generation', () => {
    expect(rowWords({ ...row, confirmed_at: null }, row)).toContain('Generation 1 used');
    expect(rowWords({ ...row, head: 0, parent: null }, row)).toContain('Generation 1 used');
  });
});

describe('the grace', () => {
  const words = (session: DemoSession, seconds: number) =>
    graceWords(session, graceOf(session, Date.parse(at(seconds))));

  test('counts from the first use, and what comes after is a copy', () => {
    expect(graceOf(row, Date.parse(at(8)))).toEqual({ kind: 'used', leftMs: 7000 });
    expect(words(row, 14)).toContain('forgiven');
    expect(words(row, 15)).toContain('can only be a copy');
  });

  test('of a head that nobody used counts from the refresh, and is no theft after it', () => {
    const unused = { ...row, confirmed_at: null };
    expect(graceOf(unused, Date.parse(at(8)))).toEqual({ kind: 'unused', leftMs: 2000 });
    expect(words(unused, 8)).toContain('gets it again');
    expect(words(unused, 11)).toContain('gets a fresh one');
  });

  test('has nothing to count before the first refresh', () => {
    expect(words({ ...row, head: 0, parent: null }, 8)).toBe('No token is old yet. Refresh, and token 0 is.');
  });
});

test('only the first use of a generation starts the grace', () => {
  expect(used({ ...row, confirmed_at: null }, row).text).toContain('forgiven for 10');
  expect(used(row, row).text).toContain('Only the first use');
});
