import { afterEach, beforeEach, expect, test } from 'vitest';
import { StoreUnavailable } from '#db/store/store.ts';
import { pathHeader, refreshPath } from '#lib/core/routes.ts';
import { getUser, requireUser, whyEndedHere } from '#lib/server/http/current-user.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { type Browser, signedUp } from '#tests/support/browser.ts';
import { renderFor } from '#tests/support/next-headers.ts';

let app: TestApp;
let browser: Browser;
beforeEach(async () => {
  app = await startApp();
  browser = await signedUp();
  renderFor(asRequest(browser));
});
afterEach(() => app.close());

const asRequest = ({ cookies }: Browser) =>
  new Headers({ Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '), ...asked });
const asked = { [pathHeader]: '/account?dGVzdA==&page=2' };

test('a page knows who is signed in', async () => {
  expect(await getUser()).toMatchObject({ user: { email: 'ann@example.org' }, isDue: false });
});

test('in its last seconds the page session says so, so that the sign-in page does not lead back to a page that leads to it', async () => {
  app.clock.advance(290);
  expect(await getUser()).toMatchObject({ isDue: true });
});

test('without a session, and while the database is away, a page leads to where that is decided', async () => {
  const toRefresh = expect.objectContaining({
    digest: expect.stringContaining(refreshPath('/account?dGVzdA==&page=2')),
  });
  const away = async () => {
    throw new StoreUnavailable();
  };
  Object.assign(app.deps.store, { findSession: away, findAccess: away });
  await expect(requireUser()).rejects.toEqual(toRefresh);
  expect(await whyEndedHere()).toBeNull();
  renderFor(new Headers(asked));
  await expect(requireUser()).rejects.toEqual(toRefresh);
});

test('a session that was ended elsewhere is nobody’s, and the sign-in page can say why', async () => {
  expect(await whyEndedHere()).toBeNull();
  await browser.copy().send('POST', '/api/auth/logout');
  expect(await getUser()).toBeNull();
  expect(await whyEndedHere()).toBe('ended_elsewhere');
});

test('the sign-in page tells nothing about a session to whoever cannot show a token of it', async () => {
  await browser.copy().send('POST', '/api/auth/logout');
  const forged = browser.cookies.get('latchkey-refresh')?.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A'));
  renderFor(new Headers({ Cookie: `latchkey-refresh=${forged}` }));
  expect(await whyEndedHere()).toBeNull();
});

test('an expired session is told apart from an ended one', async () => {
  app.clock.advance(1209600);
  expect(await whyEndedHere()).toBe('expired');
});
