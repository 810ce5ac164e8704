/** The three requests a renewal is made of, each bounded in time, and what their answers mean. */

import { api } from '#lib/core/routes.ts';
import type { TokenResponse } from '#lib/core/sessions/contract.ts';
import { me, tokenResponse } from './answers.ts';
import type { Environment } from './environment.ts';
import { type RequestError, resultOf } from './result.ts';

/** A renewal never waits longer, whatever a server or a portal in between asks for. */
const longestWaitSeconds = 300;

type SessionAnswer =
  | { kind: 'token'; token: TokenResponse }
  /** Only the server saying so, in its own words, counts. */
  | { kind: 'refused' }
  /** No answer, a broken one, somebody else's, or "not now". The cookie is as good as before. */
  | { kind: 'unreachable'; retryAfterSeconds: number };

export interface SessionCalls {
  /** The token that belongs to the cookies as they are; changes none. `refused` is no verdict: ask `refresh`. */
  session(signal: AbortSignal): Promise<SessionAnswer>;
  /** Trades the refresh cookie. `refused` means that the session is over. */
  refresh(signal: AbortSignal): Promise<SessionAnswer>;
  /** Uses a new token once, which tells the server that its answer arrived. Never rejects. */
  confirm(token: TokenResponse): Promise<void>;
}

/** Every call gives up after `abortMs`, the reading of its answer included. */
export function createSessionCalls(env: Environment, abortMs: number): SessionCalls {
  async function ask(
    method: string,
    path: string,
    isRefusal: (code: string) => boolean,
    signal: AbortSignal,
  ): Promise<SessionAnswer> {
    let status = 0;
    const result = await bounded(env, abortMs, signal, (signal) =>
      resultOf(async () => {
        const response = await env.fetch(path, { method, signal, cache: 'no-store' });
        status = response.status;
        return response;
      }, tokenResponse),
    );
    if (result.ok) return { kind: 'token', token: result.value };
    return status === 401 && isRefusal(result.error.code) ? { kind: 'refused' } : unreachable(result.error);
  }

  return {
    session: (signal) => ask('GET', api.session, () => true, signal),
    refresh: (signal) => ask('POST', api.refresh, (code) => code === 'invalid_grant', signal),
    async confirm(token) {
      const headers = { authorization: `Bearer ${token.access_token}` };
      await bounded(env, abortMs, undefined, (signal) =>
        resultOf(() => env.fetch(api.me, { headers, signal, cache: 'no-store' }), me),
      );
    },
  };
}

function unreachable(error: RequestError): SessionAnswer {
  return { kind: 'unreachable', retryAfterSeconds: Math.min(error.retryAfterSeconds ?? 0, longestWaitSeconds) };
}

/** Runs `work` with a signal that aborts after `limitMs`, or when `outer` does. */
export async function bounded<T>(
  env: Environment,
  limitMs: number,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const abort = () => controller.abort();
  if (outer?.aborted) abort();
  outer?.addEventListener('abort', abort);
  const cancelTimer = env.setTimer(abort, limitMs);
  try {
    return await work(controller.signal);
  } finally {
    cancelTimer();
    outer?.removeEventListener('abort', abort);
  }
}
