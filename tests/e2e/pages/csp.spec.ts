import { paths } from '#lib/core/routes.ts';
import { expect, signUp, test } from '#tests/e2e/fixtures.ts';
import { test as httpsTest } from '#tests/e2e/https-fixtures.ts';
import { walkAbsences, walkFaults } from './faults.ts';
import { expectText, script } from './script.ts';

// Every state of every page when all is well: states.spec.ts, here and with each feature.
for (const [scheme, it] of Object.entries({ http: test, https: httpsTest })) {
  it(`over ${scheme} no page of a fault does anything against the policy`, async ({
    context,
    page,
    server,
    email,
    violations,
  }) => {
    const look = async (state: string) => expect.soft(violations.splice(0), state).toEqual([]);
    await signUp(context, email);
    // Over http these are loaded, and watched, by dead-ends.spec.ts.
    if (scheme === 'https') await walkFaults(page, server, look);
    await walkAbsences(page, server, look);
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

test('a script in a name is text: in HTML, in a flight and on the page', async ({ page, context, email }) => {
  await signUp(context, email, { name: script });
  await page.goto(paths.sessions);
  await page.getByRole('link', { name: 'Account' }).click();
  await expect(page.getByText(script)).toBeVisible();
  await page.reload();
  await expect(page.getByText(script)).toBeVisible();
  await expectText(page, paths.account);
});
