/** The demo page's calls. */
import type { DemoRefreshed, DemoSession, DemoUsed } from '#lib/core/demo/contract.ts';
import { api } from '#lib/core/routes.ts';
import type { AuthClient } from './auth-client.ts';
import { type Result, resultOf } from './result.ts';
import { type Check, number, orNull, schema, shape, text } from './shape.ts';

export interface DemoApi {
  /** This browser's own session. Errors: those of every call, as for all of these. */
  own(): Promise<Result<DemoSession>>;
  /** Makes a session to be robbed. Errors: `slow_down` where three live. */
  make(): Promise<Result<DemoSession>>;
  /** Lets the server present the refresh token of `generation`. Errors: `not_found`, `slow_down`. */
  refresh(id: string, generation: number): Promise<Result<DemoRefreshed>>;
  /** Uses the head once. Errors: `not_found`. */
  use(id: string): Promise<Result<DemoUsed>>;
}

export function demoApi(client: Pick<AuthClient, 'fetch'>): DemoApi {
  const path = (id: string, verb: string) => `${api.demoSessions}/${encodeURIComponent(id)}/${verb}`;
  return {
    own: () => resultOf(() => client.fetch(api.demoSession), demoSession),
    make: () => resultOf(() => client.fetch(api.demoSessions, { method: 'POST' }), demoSession),
    refresh(id, generation) {
      const headers = { 'content-type': 'application/json' };
      const init = { method: 'POST', headers, body: JSON.stringify({ generation }) };
      return resultOf(() => client.fetch(path(id, 'refresh'), init), demoRefreshed);
    },
    use: (id) => resultOf(() => client.fetch(path(id, 'use'), { method: 'POST' }), demoUsed),
  };
}

const session = shape<DemoSession>({
  id: text,
  head: number,
  parent: orNull(number),
  exchanged_at: text,
  confirmed_at: orNull(text),
  idle_expires_at: text,
  expires_at: text,
  grace_seconds: number,
  now: text,
});

/** One of the words that are the keys of `words`: none can be forgotten. */
function oneOf<T extends string>(words: Record<T, true>): Check<T> {
  return (value): value is T => typeof value === 'string' && Object.hasOwn(words, value);
}

const outcome = oneOf<DemoRefreshed['outcome']>({
  rotated: true,
  replayed: true,
  replaced: true,
  reuse: true,
  ended: true,
});

export const demoSession = schema(session);
export const demoRefreshed = schema(shape<DemoRefreshed>({ outcome, session: orNull(session) }));
export const demoUsed = schema(
  shape<DemoUsed>({ outcome: oneOf<DemoUsed['outcome']>({ used: true, ended: true }), session: orNull(session) }),
);
