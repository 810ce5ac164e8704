import { test } from '#tests/e2e/https-fixtures.ts';
import { lookAt, widths } from './look.ts';
import { walks } from './walks.ts';

test.describe.configure({ timeout: 180_000 });

// Over http every test of every file is watched: tests/e2e/fixtures.ts. This walk is for the policy that https adds to.
for (const [name, walk] of Object.entries(walks)) {
  for (const width of widths) {
    test(`over https no state of ${name} at ${width} px breaks the policy, fails axe, jumps or scrolls sideways`, async ({
      page,
      email,
      violations,
    }) => {
      await page.setViewportSize({ width, height: 800 });
      await walk(page, email, (state) => lookAt(page, state, violations));
    });
  }
}
