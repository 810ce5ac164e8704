/**
 * Makes calls with the access token. Refreshes it first if that is due. Repeats a call once if its token was refused, and once
 * if the person had to confirm who they are, and did.
 */
import { isPublicEndpoint } from '#lib/core/routes.ts';
import { abortable } from './abortable.ts';
import type { Confirmation } from './confirmation.ts';
import type { Environment } from './environment.ts';
import { type RequestError, readRefusal, SignedOutError, UnreachableError, waysToConfirm } from './result.ts';
import type { SessionKeeper } from './session-keeper.ts';
import type { HeldToken, TokenStore } from './token-store.ts';

export type AuthFetch = (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>;

/** Makes the `fetch` of an AuthClient; `AuthClient.fetch` says what it promises. */
export function fetchWithTokens(env: Environment, tokens: AccessTokens): AuthFetch {
  const remedies = [
    ['invalid_token', tokens.insteadOf],
    ['insufficient_user_authentication', tokens.confirmed],
  ] as const;
  return async (input, init) => {
    const since = env.now();
    const request = await prepareRequest(env.origin, input, init);
    if (isPublicEndpoint(request.path)) return env.fetch(request.url, request.init);
    const { signal } = request.init;
    let token = await tokens.get(signal);
    let response = await send(env, request, token);
    for (const [code, another] of remedies) {
      const refused = await refusal(response);
      if (refused?.code !== code) continue;
      const next = await another(token, signal, since, waysToConfirm(refused));
      if (!next) break;
      void response.body?.cancel();
      token = next;
      response = await send(env, request, token);
    }
    return response;
  };
}

/** Gives access tokens to make calls with, or rejects with UnreachableError or SignedOutError. */
export interface AccessTokens {
  /** Returns the held token, after a refresh if that is due. */
  get(signal?: AbortSignal | null): Promise<HeldToken>;
  /** Returns another token in place of the one that the server refused, or null if it is another person's. */
  insteadOf(refused: HeldToken, signal?: AbortSignal | null): Promise<HeldToken | null>;
  /**
   * Has the person confirm who they are, unless that was done since `stale` was sent, and returns the token that this brought.
   * Returns null if they give up, if they did after `since`, or if it is another person's.
   */
  confirmed(
    stale: HeldToken,
    signal: AbortSignal | null | undefined,
    since: number,
    factors?: readonly string[],
  ): Promise<HeldToken | null>;
}

export function createAccessTokens(store: TokenStore, keeper: SessionKeeper, confirmation: Confirmation): AccessTokens {
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

  async function another({ user }: HeldToken, signal?: AbortSignal | null): Promise<HeldToken | null> {
    const next = await get(signal);
    return next.user.id === user.id ? next : null;
  }

  return {
    get,
    insteadOf(refused, signal) {
      // A refused token is due, so that `get` refreshes.
      if (store.token()?.accessToken === refused.accessToken) store.markRefused(refused);
      return another(refused, signal);
    },
    async confirmed(stale, signal, since, factors) {
      const isSameSession = store.claims().sessionId === stale.sessionId;
      if (isSameSession && !(await confirmation.ask(since, signal, factors))) return null;
      return another(stale, signal);
    },
  };
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

/**
 * Returns what a 401 says, with its code (RFC 6750 3.1) by the body in case a proxy stripped the header; null for any other answer.
 * One that is not of the API has no code that matters here.
 */
async function refusal(response: Response): Promise<Pick<RequestError, 'code' | 'factors' | 'methods'> | null> {
  if (response.status !== 401) return null;
  const said = await readRefusal(response.clone());
  const [, code = said.code] = /\berror="?(\w+)/.exec(response.headers.get('www-authenticate') ?? '') ?? [];
  return { ...said, code };
}
