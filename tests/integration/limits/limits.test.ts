import { afterEach, expect, test } from 'vitest';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';

let app: TestApp;
afterEach(() => app.close());

const statuses = (answers: Response[]) => answers.map(({ status }) => status).sort();
const waits = (answers: Response[]) =>
  answers.filter(({ status }) => status === 429).map(({ headers }) => headers.get('retry-after'));

function register(n: number): Promise<Response> {
  const json = { email: `person-${n}@example.org`, password };
  return new Browser().send('POST', '/api/auth/register', { json });
}

test('of parallel sign-ups from one address the limit passes, the rest makes no account and says when to come back', async () => {
  app = await startApp({ LIMIT_REGISTER_PER_ADDRESS: '2/600' });
  const answers = await Promise.all([1, 2, 3, 4].map(register));
  expect(statuses(answers)).toEqual([201, 201, 429, 429]);
  expect(waits(answers)).toEqual(['600', '600']);
  const accounts = [1, 2, 3, 4].map((n) => app.deps.store.findUserByEmail(`person-${n}@example.org`));
  expect((await Promise.all(accounts)).filter(Boolean)).toHaveLength(2);
});

test('of parallel refreshes of one session the limit passes, and it lives on', async () => {
  app = await startApp({ LIMIT_REFRESH_PER_SESSION: '3/60' });
  const browser = await signedUp();
  // One refresh, then its repeats within the grace, which have a count of their own.
  const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(() => browser.copy().refresh()));
  expect(statuses(answers)).toEqual([200, 200, 200, 200, 429, 429]);
  expect(waits(answers)).toEqual(['60', '60']);
  expect((await browser.send('GET', '/api/me')).status).toBe(200);
  app.clock.advance(60);
  expect((await browser.refresh()).status).toBe(200);
});

test('a restart forgets no count', async () => {
  app = await startApp({ LIMIT_LOGIN_PER_ACCOUNT: '2/900', LIMIT_REGISTER_PER_ADDRESS: '1/600' });
  expect((await register(1)).status).toBe(201);
  const signIn = () =>
    new Browser().send('POST', '/api/auth/token', { json: { email: 'person-1@example.org', password: 'wrong' } });
  expect(statuses([await signIn(), await signIn()])).toEqual([401, 401]);
  app.clock.advance(100);
  await app.restart({});
  const late = [await register(2), await signIn()];
  expect(statuses(late)).toEqual([429, 429]);
  expect(waits(late)).toEqual(['500', '800']);
});
