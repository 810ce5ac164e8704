/** `fetch` with the access token: gets one first where needed, and repeats once where the server refused it. */
import { isPublicEndpoint } from '#lib/core/routes.ts';
import { SignedOutError, UnreachableError } from './client-errors.ts';
import type { Environment } from './environment.ts';
import type { RenewalOutcome } from './renewal.ts';
import { prepareRequest, type RepeatableRequest } from './repeatable-request.ts';
import { readErrorCode } from './result.ts';
import type { HeldToken, TokenStore } from './token-store.ts';

export type AuthFetch = (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>;

export interface Bearer {
  fetch: AuthFetch;
  /** A token to send. Throws UnreachableError or SignedOutError where none can be had. */
  token(signal?: AbortSignal | null): Promise<HeldToken>;
  /** What to send instead of a token that was refused, or null where that would be in another person's name. */
  replacement(used: HeldToken, signal?: AbortSignal | null): Promise<HeldToken | null>;
}

export function createBearer(env: Environment, store: TokenStore, renew: () => Promise<RenewalOutcome>): Bearer {
  async function renewed(signal?: AbortSignal | null): Promise<HeldToken> {
    const outcome = await abortable(renew(), signal);
    const held = store.current();
    if (outcome.kind === 'over' || outcome.kind === 'replaced') throw new SignedOutError();
    // A failed renewal ahead of expiry leaves a token that is good for a little longer.
    if (!held || !store.isUsable()) throw new UnreachableError();
    return held;
  }

  async function token(signal?: AbortSignal | null): Promise<HeldToken> {
    const held = store.current();
    return held && !store.needsRenewal() ? held : renewed(signal);
  }

  async function replacement(used: HeldToken, signal?: AbortSignal | null): Promise<HeldToken | null> {
    const held = store.current();
    if (held?.accessToken === used.accessToken) store.refuse(used);
    const next = await token(signal);
    return next.user.id === used.user.id ? next : null;
  }

  return {
    token,
    replacement,
    async fetch(input, init) {
      const request = await prepareRequest(env.origin, input, init);
      if (isPublicEndpoint(request.path)) return env.fetch(request.url, request.init);
      const { signal } = request.init;
      const used = await token(signal);
      const response = await send(env, request, used);
      if (!(await isTokenRefused(response))) return response;
      const next = await replacement(used, signal);
      if (!next) return response;
      void response.body?.cancel();
      return send(env, request, next);
    },
  };
}

function send(env: Environment, request: RepeatableRequest, held: HeldToken): Promise<Response> {
  const headers = new Headers(request.init.headers);
  headers.set('authorization', `Bearer ${held.accessToken}`);
  return env.fetch(request.url, { ...request.init, headers });
}

/** RFC 6750 section 3.1: 401 `invalid_token`, said in the header or, where a proxy strips that, in the body. */
async function isTokenRefused(response: Response): Promise<boolean> {
  if (response.status !== 401) return false;
  if (/\berror="?invalid_token\b/.test(response.headers.get('www-authenticate') ?? '')) return true;
  return (await readErrorCode(response.clone())) === 'invalid_token';
}

/** The caller may stop waiting; the renewal goes on for the others. */
function abortable<T>(promise: Promise<T>, signal?: AbortSignal | null): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
