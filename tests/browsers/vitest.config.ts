import { defineConfig } from 'vitest/config';
import type { BrowserName } from './installed.ts';

const browsers: BrowserName[] = ['firefox', 'webkit'];

/** What only whole browsers other than Chromium can show, a project for each. `npm test` has none of it; `npm run test:deep` has. */
export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000, interval: 100 } },
    fileParallelism: false,
    projects: browsers.map((name) => ({
      extends: true as const,
      test: { name, include: ['tests/browsers/*.spec.ts'], env: { BROWSER: name } },
    })),
  },
});
