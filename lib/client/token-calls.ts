/** Makes the three requests of a refresh, each bounded in time, and tells what their answers mean. */
import { api } from '#lib/core/routes.ts';
import type { TokenResponse } from '#lib/core/sessions/contract.ts';
import { nothing, tokenResponse } from './answers.ts';
import type { Environment } from './environment.ts';
import { type RequestError, resultWithin } from './result.ts';

/** The longest pause that is granted, in seconds, whatever the server or a portal in between asks for. */
const longestPauseSeconds = 300;

type SessionAnswer =
  | { kind: 'token'; token: TokenResponse }
  | { kind: 'refused' }
  /** No answer came, or a broken one, a portal's, or another refusal. The cookies are as good as before. */
  | { kind: 'unreachable'; retryAfterSeconds: number };

export interface TokenCalls {
  /** Asks for the page session's access token and changes no cookie. `refused` (any 401) does not end the session. */
  session(signal: AbortSignal): Promise<SessionAnswer>;
  /** Presents the refresh token, which travels in its cookie. `refused`: the server says that the session is over. */
  refresh(signal: AbortSignal): Promise<SessionAnswer>;
  /** Uses a new token once, which tells the server that its answer arrived. Never rejects. */
  confirm(token: TokenResponse): Promise<void>;
}

/** Makes the calls of a refresh. Each gives up after `limitMs`, the reading of its answer included. */
export function createTokenCalls(env: Environment, limitMs: number): TokenCalls {
  async function ask(
    method: string,
    path: string,
    isRefusal: (code: string) => boolean,
    signal: AbortSignal,
  ): Promise<SessionAnswer> {
    let status = 0;
    const call = async (signal: AbortSignal) => {
      const response = await env.fetch(path, { method, signal, cache: 'no-store' });
      status = response.status;
      return response;
    };
    const result = await resultWithin({ env, limitMs, signal }, call, tokenResponse);
    if (result.ok) return { kind: 'token', token: result.value };
    return status === 401 && isRefusal(result.error.code) ? { kind: 'refused' } : unreachable(result.error);
  }

  return {
    session: (signal) => ask('GET', api.session, () => true, signal),
    refresh: (signal) => ask('POST', api.refresh, (code) => code === 'invalid_grant', signal),
    async confirm(token) {
      const headers = { authorization: `Bearer ${token.access_token}` };
      const call = (signal: AbortSignal) => env.fetch(api.me, { headers, signal, cache: 'no-store' });
      // That it was asked is all that matters, whatever the answer is.
      await resultWithin({ env, limitMs }, call, nothing);
    },
  };
}

function unreachable(error: RequestError): SessionAnswer {
  return { kind: 'unreachable', retryAfterSeconds: Math.min(error.retryAfterSeconds ?? 0, longestPauseSeconds) };
}
