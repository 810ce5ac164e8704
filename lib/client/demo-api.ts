/** The demo page's calls. */
import {
  type DemoRefreshed,
  type DemoSession,
  type DemoUsed,
  demoRefreshed,
  demoSession,
  demoUsed,
} from '#lib/core/demo-contracts.ts';
import { api } from '#lib/core/routes.ts';
import type { AuthClient } from './auth-client.ts';
import { type Result, resultOf } from './result.ts';

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
