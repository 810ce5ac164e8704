import { describe, expect, test } from 'vitest';
import { ada } from '#lib/client/testing/fake-server.ts';
import { createTokenStore, readClaims } from './token-store.ts';

const jwt = (claims: object) => `e30.${btoa(JSON.stringify(claims)).replaceAll('=', '')}.sig`;
const token = (claims: object, user = ada) => ({
  access_token: jwt(claims),
  token_type: 'Bearer' as const,
  expires_in: 300,
  user,
});

describe('the state', () => {
  test('stays the same object while nothing that a page shows has changed', () => {
    const store = createTokenStore(() => 0, ada);
    const before = store.state();
    let calls = 0;
    store.subscribe(() => {
      calls += 1;
    });
    store.setToken(token({ sid: 's', gen: 1 }));
    store.setToken(token({ sid: 's', gen: 2 }, { ...ada }));
    expect(store.state()).toBe(before);
    expect(calls).toBe(0);
    store.setToken(token({ sid: 's', gen: 3 }, { ...ada, name: 'Countess' }));
    expect(calls).toBe(1);
  });

  test('keeps the person while the server is out of reach, and forgets them when signed out', () => {
    const store = createTokenStore(() => 0, ada);
    store.setToken(token({ sid: 's', gen: 1 }));
    store.markUnreachable();
    expect(store.state()).toEqual({ status: 'unreachable', user: ada });
    store.markSignedOut();
    expect(store.state()).toEqual({ status: 'signed-out' });
    expect(store.token()).toBeNull();
  });
});

test('a token is held with its session, its generation and its times on the monotonic clock', () => {
  const store = createTokenStore(() => 5000, null);
  store.setToken(token({ sid: 's', gen: 4 }));
  const times = { receivedAt: 5000, refreshAt: 275_000, expiresAt: 305_000 };
  expect(store.token()).toMatchObject({ sessionId: 's', generation: 4, ...times });
});

test('claims are read with whatever is in the payload, and nothing breaks it', () => {
  expect(readClaims(jwt({ sid: 'ä', gen: 0 })).generation).toBe(0);
  for (const odd of ['', 'opaque', 'a.b.c', 'a.bnVsbA.c', jwt({ sid: 7, gen: 'x' }), jwt({ gen: 1.5 })]) {
    expect(readClaims(odd)).toEqual({ sessionId: null, generation: null });
  }
});
