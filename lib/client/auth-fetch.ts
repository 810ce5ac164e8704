import { type AuthClientOptions, createAuthClient } from './auth-client.ts';
import type { AuthFetch } from './bearer-fetch.ts';

/**
 * `fetch` for a page of this app that someone signed in has open, without React: takes the access token from the session, keeps
 * it fresh, shares one refresh with all calls and tabs, and repeats a call that was refused with `invalid_token` once. Make one
 * for a page and keep it. By default it leaves for the sign-in page when the session ends.
 *
 *     const authFetch = createAuthFetch();
 *     const response = await authFetch('/api/tasks');
 *
 * Throws UnreachableError where no token could be had (nobody is signed out), SignedOutError where the session is over, and
 * TypeError for another origin: a token never leaves its own.
 */
export function createAuthFetch(options: AuthClientOptions = {}): AuthFetch {
  const client = createAuthClient({ onSessionChange: () => location.reload(), ...options });
  void client.start();
  return client.fetch;
}
