import { type AuthClient, createAuthClient } from '#lib/client/auth-client.ts';

let client: AuthClient | undefined;

/** The client of a page that has no provider: one for all tries. */
export function formClient(): AuthClient {
  client ??= createAuthClient();
  return client;
}
