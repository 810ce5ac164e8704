import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newOperatorLink, newUndoLink } from '#lib/server/mail/links.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password } from '#tests/support/browser.ts';
import {
  asked,
  cookieName,
  newSessionsOf,
  outcomeOf,
  type Person,
  path,
  showPassword,
  type,
  withTwoStep,
} from './two-steps.ts';

let app: TestApp;
beforeEach(async () => {
  app = await startApp({ LIMIT_LOGIN_PER_ACCOUNT: '100/900', LIMIT_REGISTER_PER_ADDRESS: '100/900' });
});
afterEach(() => app.close());

const chosen = 'entirely other unrelated words';

describe('no other door leads past the second step', () => {
  test.each<[string, (browser: Browser, ann: Person) => Promise<Response>]>([
    [
      'a second sign-up with the address',
      (browser, { email }) => browser.send('POST', '/api/auth/register', { json: { email, password } }),
    ],
    [
      'a link to set the password',
      async (browser, { id }) => {
        const [, token = ''] = (await newOperatorLink(app.deps, id)).split('#');
        return browser.send('POST', '/api/auth/password/reset', { json: { token, new_password: chosen } });
      },
    ],
    [
      'a link that brings the address back',
      async (browser, { id }) => {
        const email = 'earlier@example.org';
        const link = newUndoLink(app.deps, { userId: id, email });
        await app.deps.store.addOperatorLink(link);
        const token = app.deps.mailSecrets.tokenOf(link);
        return browser.send('POST', '/api/auth/email/undo', { json: { token, email } });
      },
    ],
    ['a refresh', (browser) => browser.refresh()],
  ])('%s begins no session', async (_, open) => {
    const ann = await withTwoStep(app);
    const browser = new Browser();
    const response = await open(browser, ann);
    expect(response.headers.getSetCookie().filter((set) => !/Max-Age=0/.test(set))).toEqual([]);
    expect(await newSessionsOf(app, ann)).toEqual([]);
    for (const tried of [password, chosen])
      expect((await showPassword(ann.email, { browser, over: { password: tried } })).status).not.toBe(200);
    expect(await newSessionsOf(app, ann)).toEqual([]);
  });
});

describe('a foreign page', () => {
  test.each([
    { Origin: 'https://evil.example' },
    { Origin: 'null' },
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
  ])('with %j completes no second step, and begins none', async (headers) => {
    const ann = await withTwoStep(app);
    const { browser, id } = await asked(ann.email);
    const step = { second_step_id: id, code: ann.code(app.clock.now) };
    for (const json of [step, { email: ann.email, password }]) {
      const response = await browser.send('POST', path, { json, headers, token: null });
      expect([response.status, response.headers.getSetCookie()]).toEqual([403, []]);
      expect((await response.json()).error).toBe('forbidden');
    }
    expect((await type({ browser, id }, { code: step.code })).status).toBe(200);
  });

  test('has no form for the second step: it is JSON only', async () => {
    const ann = await withTwoStep(app);
    const { browser, id } = await asked(ann.email);
    const body = new URLSearchParams({ grant_type: 'password', second_step_id: id, code: ann.code(app.clock.now) });
    expect((await browser.send('POST', path, { body, token: null })).status).toBe(400);
    const text = JSON.stringify({ second_step_id: id, code: ann.code(app.clock.now) });
    const headers = { 'Content-Type': 'text/plain' };
    expect((await browser.send('POST', path, { body: text, headers, token: null })).status).toBe(415);
    expect(await newSessionsOf(app, ann)).toEqual([]);
  });

  test('that plants its own second step signs nobody in as its owner: it needs its owner’s code, and goes at the next sign-in', async () => {
    const [ann, eve] = [await withTwoStep(app), await withTwoStep(app, 'eve@example.org')];
    const planted = await asked(eve.email);
    const victim = new Browser();
    victim.cookies.set(cookieName, planted.browser.cookies.get(cookieName) ?? '');
    expect(await outcomeOf(await type({ browser: victim, id: planted.id }, { code: ann.code(app.clock.now) }))).toBe(
      '401 code',
    );
    const own = await asked(ann.email, { browser: victim });
    expect(victim.cookies.get(cookieName)).toContain(own.id);
    const response = await type(own, { code: ann.code(app.clock.now) });
    expect([response.status, (await response.json()).user.email]).toEqual([200, ann.email]);
    expect(await newSessionsOf(app, eve)).toEqual([]);
  });
});
