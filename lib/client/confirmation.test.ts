import { describe, expect, test } from 'vitest';
import { createBrowser, gate, turns } from '#lib/client/testing/fake-browser.ts';
import { bob, credentials, type Mishap } from '#lib/client/testing/fake-server.ts';
import { signIn } from './begin-session.ts';
import { stepUp } from './step-up.ts';

const refresh = 'POST /api/auth/refresh';
const fresh = 'GET /api/fresh';
const code = 'insufficient_user_authentication';
const body = { error: code, error_description: 'Confirm that it is you, then try again.' };
/** A refusal, whatever the session is. */
const refused: Mishap = async () => ({
  response: Response.json(body, { status: 401, headers: { 'www-authenticate': `Bearer error="${code}"` } }),
});

/** A signed-in tab whose page asks its person by `confirm`, and the number of times that it did. */
async function askingTab(confirm: (signal: AbortSignal) => Promise<boolean> = async () => true) {
  const browser = createBrowser();
  const tab = await browser.signedInTab();
  const asked = { times: 0, signals: [] as AbortSignal[] };
  const stop = tab.client.onStepUp(async (signal) => {
    asked.times += 1;
    asked.signals.push(signal);
    const isGiven = await confirm(signal);
    if (isGiven) await stepUp(tab.client, { password: credentials.password });
    return isGiven;
  });
  return { ...browser, ...tab, asked, stop };
}

/** Asks nothing of the server but these requests, and neither signs out nor leaves the page. */
function expectCalm({ server, changes, client }: Awaited<ReturnType<typeof askingTab>>, requests: string[]): void {
  expect(server.requests).toEqual(requests);
  expect(changes).toEqual([]);
  expect(client.state().status).toBe('signed-in');
}

describe('a call that needs a fresh sign-in', () => {
  const repeated = [fresh, 'POST /api/auth/step-up', 'GET /api/me', fresh];

  test('is repeated once the person has confirmed, with no refresh', async () => {
    const tab = await askingTab();
    expect((await tab.client.fetch('/api/fresh')).status).toBe(200);
    expect(tab.asked.times).toBe(1);
    expectCalm(tab, repeated);
  });

  test('is known by its body where a proxy strips the header', async () => {
    const tab = await askingTab();
    tab.server.next(fresh, async () => ({ response: Response.json(body, { status: 401 }) }));
    expect((await tab.client.fetch('/api/fresh')).status).toBe(200);
    expectCalm(tab, repeated);
  });

  test.each([
    ['with the header', { 'www-authenticate': `Bearer error="${code}"` }],
    ['without it', {}],
  ])('says %s what the person can confirm with, and its answer can still be read', async (_name, headers) => {
    const { server, client, stop } = await askingTab();
    stop();
    const told: unknown[] = [];
    client.onStepUp(async (_signal, factors) => {
      told.push(factors);
      return false;
    });
    const factors = ['password', 'totp', 'recovery_code'];
    server.next(fresh, async () => ({ response: Response.json({ ...body, factors }, { status: 401, headers }) }));
    expect(await (await client.fetch('/api/fresh')).json()).toEqual({ ...body, factors });
    expect(told).toEqual([factors]);
  });

  test('is repeated whole', async () => {
    const { client, server } = await askingTab();
    await client.fetch(new Request('http://localhost:3000/api/fresh', { method: 'POST', body: 'milk' }));
    const sent = server.seen.filter(({ request }) => request === 'POST /api/fresh');
    expect(sent.map((one) => one.body)).toEqual(['milk', 'milk']);
  });

  test('gets the refusal as its answer where the person gives up: no refresh, no loop, nobody signed out', async () => {
    const tab = await askingTab(async () => false);
    const answer = await tab.client.fetch('/api/fresh');
    expect([answer.status, await answer.json()]).toEqual([401, expect.objectContaining({ error: code })]);
    expectCalm(tab, [fresh]);
  });

  test('gets the refusal as its answer where no page asks anybody', async () => {
    const tab = await askingTab();
    tab.stop();
    const answer = await tab.client.fetch('/api/fresh');
    expect([answer.status, await answer.json()]).toEqual([401, expect.objectContaining({ error: code })]);
    expect(tab.asked.times).toBe(0);
    expectCalm(tab, [fresh]);
  });

  test.each([
    ['rejects', async () => Promise.reject(new Error('ChunkLoadError'))],
    [
      'throws',
      () => {
        throw new Error('no dialog');
      },
    ],
  ])('gets the refusal as its answer where asking %s, and may ask again', async (_name, confirm) => {
    const tab = await askingTab(confirm);
    expect((await tab.client.fetch('/api/fresh')).status).toBe(401);
    expect((await tab.client.fetch('/api/fresh')).status).toBe(401);
    expect(tab.asked.times).toBe(2);
    expectCalm(tab, [fresh, fresh]);
  });

  test('is not repeated a second time: a refusal of the repeat is its answer', async () => {
    const tab = await askingTab();
    tab.server.next(fresh, ...Array.from({ length: 9 }, () => refused));
    expect((await tab.client.fetch('/api/fresh')).status).toBe(401);
    expect(tab.asked.times).toBe(1);
    expectCalm(tab, repeated);
  });

  test('whose token was refused first is repeated for either reason, once each', async () => {
    const tab = await askingTab();
    tab.server.next(fresh, async () => ({
      response: new Response(null, { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } }),
    }));
    expect((await tab.client.fetch('/api/fresh')).status).toBe(200);
    expect([tab.server.count(fresh), tab.server.count(refresh), tab.asked.times]).toEqual([3, 1, 1]);
  });

  test('that was on its way while the person confirmed is repeated without another question', async () => {
    const { client, server, asked } = await askingTab();
    const { opened, open } = gate();
    server.next('GET /api/fresh/slow', async (serve) => {
      const answer = serve();
      await opened;
      return answer;
    });
    const slow = client.fetch('/api/fresh/slow');
    await turns();
    expect((await client.fetch('/api/fresh')).status).toBe(200);
    open();
    expect((await slow).status).toBe(200);
    expect(asked.times).toBe(1);
  });

  test('that was on its way while the person gave up does not ask again', async () => {
    const tab = await askingTab(async () => false);
    const { opened, open } = gate();
    tab.server.next('GET /api/fresh/slow', async (serve) => {
      const answer = serve();
      await opened;
      return answer;
    });
    const slow = tab.client.fetch('/api/fresh/slow');
    await tab.advance(1);
    expect((await tab.client.fetch('/api/fresh')).status).toBe(401);
    open();
    expect((await slow).status).toBe(401);
    expect(tab.asked.times).toBe(1);
    await tab.advance(1);
    await tab.client.fetch('/api/fresh');
    expect(tab.asked.times).toBe(2);
  });

  test('is never repeated in another person’s name', async () => {
    const { opened, open } = gate();
    const { client, server } = await askingTab(async () => {
      await opened;
      return true;
    });
    const call = client.fetch('/api/fresh', { method: 'DELETE' });
    await turns();
    server.settings.user = bob;
    await signIn(client, credentials);
    open();
    expect((await call).status).toBe(401);
    expect(server.count('DELETE /api/fresh')).toBe(1);
  });
});

describe('any number of calls that need a fresh sign-in', () => {
  test('ask once, and all are repeated', async () => {
    const { client, server, asked } = await askingTab();
    const answers = await Promise.all(Array.from({ length: 10 }, () => client.fetch('/api/fresh')));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect([asked.times, server.count('POST /api/auth/step-up'), server.count(fresh)]).toEqual([1, 1, 20]);
  });

  test('ask once, and all get their refusal where the person gives up', async () => {
    const { client, server, asked } = await askingTab(async () => false);
    const answers = await Promise.all(Array.from({ length: 10 }, () => client.fetch('/api/fresh')));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(401));
    expect([asked.times, server.count(fresh)]).toEqual([1, 10]);
  });

  test('wait for one question, and one whose caller gives up leaves it to the others', async () => {
    const { opened, open } = gate();
    const { client, asked } = await askingTab(async () => {
      await opened;
      return true;
    });
    const impatient = new AbortController();
    const given = client.fetch('/api/fresh', { signal: impatient.signal });
    const patient = client.fetch('/api/fresh');
    await turns();
    impatient.abort(new Error('no longer needed'));
    await expect(given).rejects.toThrow('no longer needed');
    expect(asked.signals[0]?.aborted).toBe(false);
    open();
    expect((await patient).status).toBe(200);
    expect(asked.times).toBe(1);
  });

  test('take the question back once the last caller has given up, and the next call asks anew', async () => {
    const { opened, open } = gate();
    const { client, asked } = await askingTab(async () => {
      await opened;
      return true;
    });
    const impatient = new AbortController();
    const calls = [1, 2].map(() => client.fetch('/api/fresh', { signal: impatient.signal }));
    await turns();
    impatient.abort(new Error('no longer needed'));
    for (const call of calls) await expect(call).rejects.toThrow('no longer needed');
    expect(asked.signals[0]?.aborted).toBe(true);
    const next = client.fetch('/api/fresh');
    await turns();
    expect([asked.times, asked.signals[1]?.aborted]).toEqual([2, false]);
    open();
    expect((await next).status).toBe(200);
  });
});
