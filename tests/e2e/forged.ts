/** What only somebody with the server's secrets can make. By it a token's life is over at once, and no test waits for that. */
import type { BrowserContext, Page } from '@playwright/test';
import { sealData } from 'iron-session';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { testEnvironment } from '#tests/support/environment.ts';
import { forge } from '#tests/support/forge.ts';
import { accessToken, expect } from './fixtures.ts';

/** Seals as the app does: its own secret, under the name that it has in `pageSession`. */
export function sealLike(pageSession: string, contents: object): Promise<string> {
  const id = pageSession.split('*')[1] ?? '';
  return sealData(contents, { password: { [id]: testEnvironment().SESSION_SECRET }, ttl: 0 });
}

/** The same access token, or the same header with one, as it would be, had the token ended a second ago. */
export function expired(word: string): string {
  const [, scheme = '', token = ''] = /^(Bearer )?(.*)$/.exec(word) ?? [];
  const exp = Math.floor(Date.now() / 1000) - 1;
  return scheme + forge(decodeProtectedHeader(token), { ...decodeJwt(token), iat: exp - 300, exp });
}

/** From now on the server holds the context's page session, and the access token in it, for expired. */
export async function expirePageSession(context: BrowserContext): Promise<void> {
  const cookie = (await context.cookies()).find(({ name }) => name.endsWith('latchkey-session'));
  if (!cookie) throw new Error('Nobody is signed in.');
  const token = expired(await accessToken(context));
  const { exp, sid, gen } = decodeJwt(token);
  await context.addCookies([{ ...cookie, value: await sealLike(cookie.value, { token, exp, sid, gen }) }]);
  expect((await context.request.get('/api/auth/session')).status()).toBe(401);
}

/** Pages that the context opens from now on get an access token that they take for fresh, and the server for expired. */
export async function handOutExpiredToken(context: BrowserContext): Promise<void> {
  const token = await accessToken(context);
  await context.addInitScript(
    ([fresh, over]) => {
      const send = globalThis.fetch;
      globalThis.fetch = async (...request) => {
        const answer = await send(...request);
        if (!new Request(...request).url.endsWith('/api/auth/session')) return answer;
        const body = (await answer.text()).replace(fresh, over);
        return new Response(body, { status: answer.status, headers: answer.headers });
      };
    },
    [token, expired(token)] as const,
  );
}

/** Opens a private page whose access token the page takes for fresh, while the server no longer does. */
export async function openWithExpiredToken(page: Page, path: string): Promise<void> {
  await handOutExpiredToken(page.context());
  const tokenTaken = page.waitForResponse((response) => response.url().endsWith('/api/auth/session'));
  await page.goto(path);
  await tokenTaken;
  await expirePageSession(page.context());
}
