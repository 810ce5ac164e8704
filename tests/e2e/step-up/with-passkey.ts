/** People with a passkey, which the authenticator of a page has. */
import type { Page } from '@playwright/test';
import Database from 'better-sqlite3';
import { password } from '#tests/e2e/fixtures.ts';
import { virtualAuthenticator } from '#tests/e2e/passkeys/authenticator.ts';
import { withoutSuggestions } from '#tests/e2e/sign-in/passkeys.ts';
import { HttpClient } from '#tests/support/http-client.ts';
import { type MadePasskey, makePasskey } from '#tests/support/passkey.ts';
import type { RunningServer } from '#tests/support/server.ts';

/** Makes an account with a passkey, over HTTP alone. Returns the passkey, and the client that is signed in. */
export async function withPasskey({ port, url, databaseUrl }: RunningServer, email: string) {
  const client = new HttpClient(port);
  await client.authenticate('/api/auth/register', { email, password, name: 'Ann' });
  verify(databaseUrl, email);
  const begun = JSON.parse((await client.send('POST', '/api/auth/passkeys/creation')).body);
  const { passkey, credential } = makePasskey(begun.options, { origin: new URL(url).origin });
  const json = { ceremony: begun.ceremony, credential };
  const { status, body } = await client.send('POST', '/api/auth/passkeys', { json });
  if (status !== 201) throw new Error(`Adding a passkey answered ${status}: ${body}`);
  return { passkey, client };
}

/** Where mail is sent, only who has proved an address adds a passkey. */
function verify(databaseUrl: string, email: string): void {
  const database = new Database(databaseUrl.replace('file:', ''));
  database.prepare('UPDATE users SET email_verified_at = 1 WHERE email = ?').run(email);
  database.close();
}

/**
 * Gives a page an authenticator that has this passkey. Returns what says whether its user can be verified.
 * The page suggests no passkeys from now on: the authenticator would sign in while somebody types their password.
 */
export async function carry(page: Page, { id, key, userHandle }: MadePasskey) {
  await withoutSuggestions(page);
  const { session, id: authenticatorId } = await virtualAuthenticator(page, { isSynced: true });
  const text = (base64url: string) => Buffer.from(base64url, 'base64url').toString('base64');
  await session.send('WebAuthn.addCredential', {
    authenticatorId,
    credential: {
      credentialId: id.toString('base64'),
      isResidentCredential: true,
      rpId: 'localhost',
      privateKey: key.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
      userHandle: text(userHandle),
      signCount: 0,
      ...{ backupEligibility: true, backupState: true },
    },
  });
  return {
    setUserVerified: (isUserVerified: boolean) =>
      session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
  };
}
