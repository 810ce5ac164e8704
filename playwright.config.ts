import { defineConfig, devices } from '@playwright/test';
import { ensureBrowser } from './scripts/ensure-browser.ts';

// Chromium would look for updates, which takes time on a closed network.
const flags = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export default defineConfig({
  testDir: 'tests/e2e',
  fullyParallel: true,
  workers: 2,
  forbidOnly: true,
  retries: 0,
  timeout: 60_000,
  // A machine that is busy with other work must not look like a fault.
  expect: { timeout: 15_000 },
  reporter: process.env.CI
    ? [['line'], ['json', { outputFile: 'test-results/e2e.json' }]]
    : [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  use: {
    ...devices['Desktop Chrome'],
    launchOptions: {
      executablePath: ensureBrowser(),
      // As root, Chromium does not start with its sandbox.
      args: process.getuid?.() === 0 ? ['--no-sandbox', ...flags] : flags,
    },
    // A trace of each test would take a quarter of the time. `--trace on` makes one.
    screenshot: 'only-on-failure',
  },
});
