/** Somebody whose passkey is on the page's own authenticator. */
import type { Page } from '@playwright/test';
import { api } from '#lib/core/routes.ts';
import { password } from '#tests/e2e/fixtures.ts';
import {
  type AuthenticatorOptions,
  type VirtualAuthenticator,
  virtualAuthenticator,
} from '#tests/e2e/passkeys/authenticator.ts';
import { HttpClient } from '#tests/support/http-client.ts';
import { makePasskey } from '#tests/support/passkey.ts';
import type { RunningServer } from '#tests/support/server.ts';

/** Makes an account with a passkey over HTTP, and puts the passkey on an authenticator of the page. */
export async function withPasskey(
  page: Page,
  { port, url }: RunningServer,
  email: string,
  options: AuthenticatorOptions = {},
): Promise<VirtualAuthenticator> {
  const client = new HttpClient(port);
  await client.authenticate(api.register, { email, password, name: 'Ann' });
  const asked = JSON.parse((await client.send('POST', api.passkeysCreation)).body);
  const { passkey, credential } = makePasskey(asked.options, { origin: url, synced: false });
  const { status } = await client.send('POST', api.passkeys, { json: { ceremony: asked.ceremony, credential } });
  if (status !== 201) throw new Error(`Adding a passkey answered ${status}.`);
  const authenticator = await virtualAuthenticator(page, options);
  await authenticator.session.send('WebAuthn.addCredential', {
    authenticatorId: authenticator.id,
    credential: {
      credentialId: passkey.id.toString('base64'),
      isResidentCredential: true,
      rpId: asked.options.rp.id,
      privateKey: passkey.key.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
      userHandle: Buffer.from(passkey.userHandle, 'base64url').toString('base64'),
      signCount: 1,
    },
  });
  return authenticator;
}

/** Takes the passkey of that account away from the server, so that the authenticator's is known to nobody. */
export async function forgetPasskeys({ port }: RunningServer, email: string): Promise<void> {
  const client = new HttpClient(port);
  await client.authenticate(api.token, { email, password });
  const { items } = JSON.parse((await client.send('GET', api.passkeys)).body);
  for (const { id } of items) await client.send('DELETE', api.onePasskey.replace('[id]', id));
}

/** Notes what a page does with navigator.credentials.get: how each ceremony begins, and how it ends. */
export async function watchCeremonies(page: Page): Promise<string[]> {
  const seen: string[] = [];
  await page.exposeFunction('noteCeremony', (what: string) => seen.push(what));
  await page.addInitScript(() => {
    const note = (what: string) => Object(window).noteCeremony(what);
    const get = navigator.credentials.get.bind(navigator.credentials);
    navigator.credentials.get = async (options) => {
      const kind = options?.mediation ?? 'modal';
      note(`${kind} begins`);
      try {
        const credential = await get(options);
        note(`${kind} is taken`);
        return credential;
      } catch (error) {
        note(`${kind} ${error instanceof Error ? error.name : 'ends'}`);
        throw error;
      }
    };
  });
  return seen;
}

/** Keeps a page from suggesting passkeys, which the authenticator would take at once: for tests of the button alone. */
export async function withoutSuggestions(page: Page): Promise<void> {
  await page.addInitScript(() => {
    PublicKeyCredential.isConditionalMediationAvailable = async () => false;
  });
}
