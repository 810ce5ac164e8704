import { describe, expect, test } from 'vitest';
import * as contracts from '#lib/core/demo/contract.ts';
import { demoRefreshed, demoSession, demoUsed } from './demo-api.ts';

const at = '2026-11-23T12:00:00.000Z';
const session = {
  id: 's',
  head: 1,
  parent: 0,
  exchanged_at: at,
  confirmed_at: at,
  idle_expires_at: at,
  expires_at: at,
  grace_seconds: 10,
  now: at,
};
const wrong = [undefined, null, 1, Number.NaN, true, 'text', 'toString', [], {}];

/** The good answer, and it with each field made wrong in turn. */
function variants(good: Record<string, unknown>): unknown[] {
  return [good, ...wrong, ...Object.keys(good).flatMap((name) => wrong.map((value) => ({ ...good, [name]: value })))];
}

describe('what the browser takes for an answer of the demo', () => {
  test.each([
    ['a session', demoSession, contracts.demoSession, session],
    ['a refresh', demoRefreshed, contracts.demoRefreshed, { outcome: 'rotated', session }],
    ['a robbery', demoRefreshed, contracts.demoRefreshed, { outcome: 'reuse', session: null }],
    ['a use', demoUsed, contracts.demoUsed, { outcome: 'used', session }],
  ])('is what the server’s schema takes: %s', (_name, ours, servers, good) => {
    expect(ours.safeParse(good).success).toBe(true);
    const differing = variants(good).filter((one) => ours.safeParse(one).success !== servers.safeParse(one).success);
    expect(differing).toEqual([]);
  });
});
