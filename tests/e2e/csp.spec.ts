import type { Page } from '@playwright/test';
import Database from 'better-sqlite3';
import { expect, password, signUp, test } from './fixtures.ts';
import { test as httpsTest } from './https-fixtures.ts';
import { makeTasks, walks } from './states.ts';

const schemes = Object.entries({ http: test, https: httpsTest });
for (const [, it] of schemes) it.use({ settings: { REFRESH_GRACE_SECONDS: '2' } });

/** What people see when something is wrong with the server or their session. */
async function walkFaults(page: Page, databaseUrl: string, look: (state: string) => Promise<void>): Promise<void> {
  const database = new Database(databaseUrl.replace('file:', ''));
  const wrong = page.getByRole('heading', { name: 'Something went wrong on our side' });
  try {
    for (const table of ['tasks', 'users']) {
      database.exec(`ALTER TABLE ${table} RENAME TO ${table}_elsewhere`);
      await page.goto('/tasks');
      await expect(wrong).toBeVisible();
      await look(`a fault, without ${table}`);
      database.exec(`ALTER TABLE ${table}_elsewhere RENAME TO ${table}`);
      await page.getByRole('button', { name: 'Try again' }).click();
      await expect(page.getByLabel('New task')).toBeVisible();
      await look(`afterwards, with ${table}`);
    }
    await page.context().clearCookies({ name: /latchkey-session/ });
    database.exec('BEGIN IMMEDIATE');
    expect((await page.goto('/tasks'))?.status()).toBe(503);
    database.exec('ROLLBACK');
    await look('the page that tries again by itself');
    await expect(page.getByLabel('New task')).toBeVisible();
    await page.context().setOffline(true);
    await page.getByLabel('New task').fill('Not sent');
    await page.getByRole('button', { name: 'Add' }).click();
    await expect(page.getByText(/not added/).first()).toBeVisible();
    await look('offline');
    await page.context().setOffline(false);
    // A page that finds its session ended leaves by itself, and would cross this.
    await page.goto('about:blank');
    database.exec("UPDATE sessions SET ended_at = 1, end_reason = 'reuse'");
    await page.goto('/tasks');
    await expect(page.getByRole('note')).toBeVisible();
    await look('sign in, told why the session ended');
  } finally {
    database.close();
  }
}

// Over http every test of every file is watched: tests/e2e/fixtures.ts. This walk is for the one that https adds.
for (const [name, walk] of Object.entries(walks)) {
  httpsTest(`over https no state of ${name} does anything against the policy`, async ({ page, email, violations }) => {
    await walk(page, email, async (state) => expect.soft(violations.splice(0), state).toEqual([]));
  });
}

for (const [scheme, it] of schemes) {
  it(`over ${scheme} no page of a fault does anything against the policy`, async ({
    context,
    page,
    server,
    email,
    violations,
  }) => {
    await signUp(context, email);
    await walkFaults(page, server.databaseUrl, async (state) => expect.soft(violations.splice(0), state).toEqual([]));
  });
}

test('text is run as script nowhere on a page, whoever puts it there', async ({ signedInPage: page, violations }) => {
  const allowed = await page.evaluate(async () => {
    // A later task: what the test's own tool runs may do more than the page may.
    await new Promise((resolve) => setTimeout(resolve));
    const ways: Record<string, () => void> = {
      innerHTML: () => {
        document.createElement('div').innerHTML = '<img src=x onerror="window.hit = 1">';
      },
      'a foreign script': () => {
        document.createElement('script').src = 'https://evil.example/x.js';
      },
      'an answer of the API as a script': () => {
        document.createElement('script').src = '/api/live';
      },
      'a data: script': () => {
        document.createElement('script').src = 'data:text/javascript,window.hit=1';
      },
      'the text of a script': () => {
        document.createElement('script').text = 'window.hit = 1';
      },
      'a handler as an attribute': () => document.body.setAttribute('onclick', 'window.hit = 1'),
      'a frame of its own': () => {
        document.createElement('iframe').srcdoc = '<script>parent.hit = 1</script>';
      },
      eval: () => Object(window).eval('window.hit = 1'),
      'a policy of their own': () => Object(window).trustedTypes.createPolicy('evil', { createHTML: String }),
    };
    const isRefused = (way: () => void) => {
      try {
        way();
        return false;
      } catch {
        return true;
      }
    };
    return Object.entries(ways)
      .filter(([, way]) => !isRefused(way))
      .map(([name]) => name);
  });
  expect(allowed).toEqual([]);
  // Each was reported, so that no other test overlooks one.
  await expect.poll(() => violations.filter((words) => words.includes('trusted-types')).length).toBeGreaterThan(6);
  violations.length = 0;
  expect(await page.evaluate(() => 'hit' in window)).toBe(false);
});

const script = '</script><script>window.hit=1</script><img src=x onerror="window.hit=1">';

test('a script in a title, a description or a name is text: in HTML, in a flight and on the page', async ({
  page,
  context,
  email,
}) => {
  await context.request.post('/api/auth/register', {
    data: { email, password, name: script },
  });
  await makeTasks(page, [{ title: script, description: script }]);
  await page.goto('/tasks');
  await expect(page.getByRole('checkbox', { name: script })).toBeVisible();
  await page.getByRole('link', { name: script }).click();
  await expect(page.getByLabel('Title')).toHaveValue(script);
  await expect(page.getByLabel('Description')).toHaveValue(script);
  await page.getByRole('link', { name: 'Account' }).click();
  await expect(page.getByText(script)).toBeVisible();
  await page.reload();
  await expect(page.getByText(script)).toBeVisible();
  for (const path of ['/tasks', '/account']) {
    const document = await context.request.get(path, { headers: { Accept: 'text/html' } });
    expect(await document.text()).not.toMatch(/<script>window|<img src=x/);
    // A flight is no HTML, and no browser may take it for any.
    const flight = await context.request.get(path, { headers: { RSC: '1' } });
    expect(await flight.text()).toContain('window.hit');
    expect(flight.headers()).toMatchObject({ 'content-type': 'text/x-component', 'x-content-type-options': 'nosniff' });
  }
  expect(await page.evaluate(() => 'hit' in window)).toBe(false);
});
