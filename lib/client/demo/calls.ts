/** Makes the demo page's calls, with a client. Besides the errors named, each call has those of every call. */
import { answer, fields, number, oneOf, orNull, text } from '#lib/client/answers.ts';
import type { AuthClient } from '#lib/client/auth-client.ts';
import { type Result, resultOf } from '#lib/client/result.ts';
import type { DemoRefreshed, DemoSession, DemoUsed } from '#lib/core/demo/contract.ts';
import { api, withId } from '#lib/core/routes.ts';

export interface DemoApi {
  /** Reads this browser's own session. */
  own(): Promise<Result<DemoSession>>;
  /** Makes a throw-away session, to be robbed. Errors: `slow_down` when three are alive. */
  make(): Promise<Result<DemoSession>>;
  /** Lets the server present the refresh token of `generation`. Errors: `not_found`, `slow_down`. */
  refresh(id: string, generation: number): Promise<Result<DemoRefreshed>>;
  /** Uses the head once. Errors: `not_found`. */
  use(id: string): Promise<Result<DemoUsed>>;
}

export function demoApi(client: Pick<AuthClient, 'fetch'>): DemoApi {
  return {
    own: () => resultOf(() => client.fetch(api.demoSession), demoSession),
    make: () => resultOf(() => client.fetch(api.demoSessions, { method: 'POST' }), demoSession),
    refresh(id, generation) {
      const headers = { 'content-type': 'application/json' };
      const init = { method: 'POST', headers, body: JSON.stringify({ generation }) };
      return resultOf(() => client.fetch(withId(api.demoRefresh, id), init), demoRefreshed);
    },
    use: (id) => resultOf(() => client.fetch(withId(api.demoUse, id), { method: 'POST' }), demoUsed),
  };
}

const session = fields<DemoSession>({
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

export const demoSession = answer(session);

export const demoRefreshed = answer(
  fields<DemoRefreshed>({
    outcome: oneOf({ rotated: true, replayed: true, replaced: true, reuse: true, ended: true }),
    session: orNull(session),
  }),
);

export const demoUsed = answer(
  fields<DemoUsed>({ outcome: oneOf({ used: true, ended: true }), session: orNull(session) }),
);
