import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { purge } from '#lib/server/runtime/purge.ts';
import { type Mailing, startMailing } from '#tests/integration/mail/mailing.ts';
import { Browser, password } from '#tests/support/browser.ts';
import { asked, eventsOf, type Person, path, type, withTwoStep } from './two-steps.ts';

const never = new AbortController().signal;
const home = '192.0.2.1';
const strange = '203.0.113.7';
const subject = 'Sign-in that was not finished';

let mailing: Mailing;
let ann: Person;
beforeEach(async () => {
  // As server.ts does, for addresses to be believed.
  vi.stubEnv('LATCHKEY_FRONT', 'server');
  mailing = await startMailing({ EMAIL_VERIFICATION: 'off', LIMIT_LOGIN_PER_ADDRESS: '100/900' });
  ann = await withTwoStep(mailing.app);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await mailing.close();
});

const advance = (seconds: number) => mailing.app.clock.advance(seconds);
const code = () => ann.code(mailing.app.clock.now);
/** Lets every sign-in that waits expire, and the work go on that is done from time to time. */
async function wait(): Promise<void> {
  advance(20 * 60 + 1);
  await purge(mailing.app.deps, never);
  await mailing.round();
}
const told = () => mailing.smtp.mails.filter(({ headers }) => headers.get('subject') === subject);

test('whose password is typed in a strange place, and no more, hears of it by mail, once for many in an hour', async () => {
  for (let tries = 0; tries < 3; tries++) await asked(ann.email, { from: strange });
  advance(10 * 60 + 1);
  await purge(mailing.app.deps, never);
  await mailing.round();
  expect(told()).toEqual([]);
  await wait();
  expect(told()).toHaveLength(1);
  expect(told()[0]).toMatchObject({ to: [ann.email] });
  expect(told()[0]?.text).toContain('203.0.113.');
  expect(told()[0]?.text).toContain('23 November 2026');
  expect(told()[0]?.text).toContain('http://localhost:3000/forgot');
  expect((await eventsOf(mailing.app, ann)).filter((event) => event === 'second_step_abandoned')).toHaveLength(1);
  await wait();
  expect(told()).toHaveLength(1);
  advance(60 * 60);
  await asked(ann.email, { from: strange });
  await wait();
  expect(told()).toHaveLength(2);
});

test('who finishes it, or begins anew and finishes that, hears nothing', async () => {
  const step = await asked(ann.email, { from: strange });
  expect((await type(step, { code: code() }, strange)).status).toBe(200);
  advance(30);
  await asked(ann.email, { from: '198.51.100.7' });
  advance(9 * 60);
  const again = await asked(ann.email, { from: '198.51.100.7' });
  advance(9 * 60);
  expect((await type(again, { code: code() }, '198.51.100.7')).status).toBe(200);
  await wait();
  expect(told()).toEqual([]);
});

test('who is in a known network, or has a session in that browser, hears nothing', async () => {
  const first = await asked(ann.email, { from: home });
  expect((await type(first, { code: code() }, home)).status).toBe(200);
  await asked(ann.email, { from: home });
  await asked(ann.email, { from: strange, browser: first.browser.copy() });
  await wait();
  expect(told()).toEqual([]);
  expect(await eventsOf(mailing.app, ann)).not.toContain('second_step_abandoned');
});

test('who sets another password in time hears nothing of what that made void', async () => {
  await asked(ann.email, { from: strange });
  const { deps, clock } = mailing.app;
  const about = { id: crypto.randomUUID(), userId: ann.id, sessionId: null, userAgent: null, ip: null };
  await deps.store.setPassword(ann.id, 'hash', { ...about, type: 'password_reset', at: clock.now });
  await wait();
  expect(told()).toEqual([]);
});

test('a wrong password tells nobody, nor does one whose account asks for no second step', async () => {
  const tried = (json: object) =>
    new Browser().send('POST', path, { json, token: null, headers: { 'X-Forwarded-For': strange } });
  expect((await tried({ email: ann.email, password: 'wrong words' })).status).toBe(401);
  expect((await tried({ email: 'bob@example.org', password })).status).toBe(401);
  await wait();
  expect(told()).toEqual([]);
});

test('where no mail is sent, the activity list has it', async () => {
  await mailing.close();
  vi.stubEnv('LATCHKEY_FRONT', 'server');
  mailing = await startMailing({ SMTP_URL: '', MAIL_FROM: '', OUTBOX_PAGE: 'off' });
  ann = await withTwoStep(mailing.app);
  await asked(ann.email, { from: strange });
  advance(20 * 60 + 1);
  await purge(mailing.app.deps, never);
  expect(await eventsOf(mailing.app, ann)).toContain('second_step_abandoned');
});
