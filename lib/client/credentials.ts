/**
 * Signing in, up and out, and a new password: the calls that change whose cookies the browser holds. A refresh answered
 * after one of them would bring the old cookies back, so each tells every tab to abort its refresh and waits until the
 * lock is free. None of them navigates.
 */

import type { RegisterRequest } from '#lib/core/accounts/contract.ts';
import type { User } from '#lib/core/accounts/user.ts';
import { api } from '#lib/core/routes.ts';
import type { TokenResponse } from '#lib/core/sessions/contract.ts';
import type { TokenRequest } from '#lib/core/sign-in/contract.ts';
import { nothing, tokenResponse } from './answers.ts';
import type { Bearer } from './bearer-fetch.ts';
import type { Environment } from './environment.ts';
import { acquireLock } from './refresh-lock.ts';
import { failure, type Result, resultOf } from './result.ts';
import { bounded } from './session-calls.ts';
import type { Schema } from './shape.ts';
import type { HeldToken } from './token-store.ts';

interface PasswordRequest {
  current_password: string;
  new_password: string;
}

export interface Credentials {
  /** Errors: `invalid_grant`, `invalid_request` with `fields`, `slow_down`, and those of every call. */
  signIn(body: TokenRequest): Promise<Result<User>>;
  /** Errors: `email_taken`, `invalid_request` with `fields`, `slow_down`, and those of every call. */
  register(body: RegisterRequest): Promise<Result<User>>;
  /** Ends this session, or every session of the person. On an error the session goes on. */
  signOut(scope?: 'this-device' | 'everywhere'): Promise<Result<null>>;
  /** Ends every session and starts a new one here. Errors: `invalid_request` with `fields`, and those of every call. */
  changePassword(body: PasswordRequest): Promise<Result<User>>;
}

export interface CredentialsParts {
  env: Environment;
  bearer: Bearer;
  /** How long a refresh may take, and so how long to wait for one. */
  abortMs: number;
  /** Aborts the refresh of every tab, this one too. */
  stopRenewals(): void;
  onSignedIn(token: TokenResponse): void;
  onSignedOut(): void;
}

/** Comparing a password takes the server a while, longer when many do. */
const answerWithinMs = 20_000;

export function createCredentials(parts: CredentialsParts): Credentials {
  const { env, bearer, abortMs, stopRenewals, onSignedIn, onSignedOut } = parts;

  /** One request with the lock in hand; what it changes here is changed before the next tab gets the lock. */
  async function alone<T>(path: string, init: RequestInit, schema: Schema<T>, then: (value: T) => void) {
    stopRenewals();
    const release = await acquireLock(env, { waitMs: abortMs });
    try {
      const result = await bounded(env, answerWithinMs, undefined, (signal) =>
        resultOf(() => env.fetch(path, { ...init, signal }), schema),
      );
      if (result.ok) then(result.value);
      return result;
    } finally {
      release();
    }
  }

  async function start(path: string, body: unknown, held?: HeldToken): Promise<Result<User>> {
    const headers = { 'content-type': 'application/json', ...(held && authorization(held)) };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    const result = await alone(path, init, tokenResponse, onSignedIn);
    return result.ok ? { ok: true, value: result.value.user } : result;
  }

  /** As the authenticated fetch does it, but renewing without the lock in hand: a renewal needs it. */
  async function withToken<T>(call: (held: HeldToken) => Promise<Result<T>>): Promise<Result<T>> {
    try {
      const used = await bearer.token();
      const result = await call(used);
      if (result.ok || result.error.code !== 'invalid_token') return result;
      const next = await bearer.replacement(used);
      return next ? await call(next) : result;
    } catch (error) {
      return failure(error);
    }
  }

  return {
    signIn: (body) => start(api.token, body),
    register: (body) => start(api.register, body),
    changePassword: (body) => withToken((held) => start(api.password, body, held)),
    signOut(scope = 'this-device') {
      if (scope === 'this-device') return alone(api.logout, { method: 'POST' }, nothing, onSignedOut);
      return withToken((held) => {
        const init = { method: 'DELETE', headers: authorization(held) };
        return alone(api.sessions, init, nothing, onSignedOut);
      });
    },
  };
}

function authorization(held: HeldToken): { authorization: string } {
  return { authorization: `Bearer ${held.accessToken}` };
}
