/** Makes calls with the access token. Refreshes it first if that is due, and repeats a call once if it was refused. */
import { isPublicEndpoint } from '#lib/core/routes.ts';
import type { Environment } from './environment.ts';
import { readErrorCode, SignedOutError, UnreachableError } from './result.ts';
import type { SessionKeeper } from './session-keeper.ts';
import type { HeldToken, TokenStore } from './token-store.ts';

export type AuthFetch = (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>;

/** Makes the `fetch` of an AuthClient; `AuthClient.fetch` says what it promises. */
export function fetchWithTokens(env: Environment, tokens: AccessTokens): AuthFetch {
  return async (input, init) => {
    const request = await prepareRequest(env.origin, input, init);
    if (isPublicEndpoint(request.path)) return env.fetch(request.url, request.init);
    const { signal } = request.init;
    const token = await tokens.get(signal);
    const response = await send(env, request, token);
    if (!(await isTokenRefused(response))) return response;
    const next = await tokens.insteadOf(token, signal);
    if (!next) return response;
    void response.body?.cancel();
    return send(env, request, next);
  };
}

/** Gives access tokens to make calls with, or rejects with UnreachableError or SignedOutError. */
export interface AccessTokens {
  /** Returns the held token, after a refresh if that is due. */
  get(signal?: AbortSignal | null): Promise<HeldToken>;
  /** Returns another token in place of the one that the server refused, or null if it is another person's. */
  insteadOf(refused: HeldToken, signal?: AbortSignal | null): Promise<HeldToken | null>;
}

export function createAccessTokens(store: TokenStore, keeper: SessionKeeper): AccessTokens {
  async function get(signal?: AbortSignal | null): Promise<HeldToken> {
    const held = store.token();
    if (held && !store.isDue()) return held;
    const { kind } = await abortable(keeper.refresh(), signal);
    if (kind === 'over' || kind === 'replaced') throw new SignedOutError();
    const token = store.token();
    // A refresh that failed ahead of the end leaves a token that is good for a little longer.
    if (!token || !store.isUsable()) throw new UnreachableError();
    return token;
  }

  return {
    get,
    async insteadOf(refused, signal) {
      // A refused token is due, so that `get` refreshes.
      if (store.token()?.accessToken === refused.accessToken) store.markRefused(refused);
      const next = await get(signal);
      return next.user.id === refused.user.id ? next : null;
    },
  };
}

/** Waits for `promise` until `signal` aborts, then rejects with its reason. The refresh goes on for other callers. */
function abortable<T>(promise: Promise<T>, signal?: AbortSignal | null): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** A request of this origin that can be sent any number of times. */
interface RepeatableRequest {
  url: string;
  path: string;
  init: RequestInit;
}

/**
 * Makes a repeatable request from what `fetch` takes. Reads a stream, or a Request's body, into memory; strings, forms,
 * blobs and buffers stay as they are. Throws a TypeError for another origin: a token must not leave its own.
 */
async function prepareRequest(
  origin: string,
  input: RequestInfo | URL,
  init: RequestInit = {},
): Promise<RepeatableRequest> {
  const given = input instanceof Request ? input : null;
  const address = given ? given.url : String(input);
  const url = URL.canParse(address, origin) ? new URL(address, origin) : null;
  if (!url?.href.startsWith(`${origin}/`)) {
    throw new TypeError(`Only paths of ${origin} can be fetched with a token.`);
  }
  const merged = given ? { ...(await takeApart(given)), ...init } : init;
  const body = merged.body instanceof ReadableStream ? await new Response(merged.body).blob() : merged.body;
  return { url: url.href, path: url.pathname, init: body ? { ...merged, body } : merged };
}

async function takeApart(request: Request): Promise<RequestInit> {
  const { method, headers, signal, cache, credentials, integrity, keepalive, redirect, referrerPolicy } = request;
  // Not every browser tells by `request.body` whether there is one.
  const body = method === 'GET' || method === 'HEAD' ? null : await request.blob();
  return {
    ...{ method, headers, signal, cache, credentials, integrity, keepalive, redirect, referrerPolicy },
    ...(body?.size && { body }),
  };
}

function send(env: Environment, { url, init }: RepeatableRequest, token: HeldToken): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${token.accessToken}`);
  return env.fetch(url, { ...init, headers });
}

/** Tells whether an answer is 401 `invalid_token` (RFC 6750 3.1), by its body in case a proxy stripped the header. */
async function isTokenRefused(response: Response): Promise<boolean> {
  if (response.status !== 401) return false;
  if (/\berror="?invalid_token\b/.test(response.headers.get('www-authenticate') ?? '')) return true;
  return (await readErrorCode(response.clone())) === 'invalid_token';
}
