/** Finds a Chromium for the browser tests: one that is installed, else Playwright's own download, else the system's packages. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';

const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/snap/bin/chromium'];

/** The path of a Chromium, installed now if there was none. Throws when none can be had. */
export function ensureBrowser(): string {
  const found = findBrowser();
  if (found) return found;
  const attempts = [
    [process.execPath, 'node_modules/@playwright/test/cli.js', 'install', 'chromium'],
    ['apt-get', 'update', '-qq'],
    ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'chromium'],
  ];
  for (const [command = '', ...words] of attempts) {
    spawnSync(command, words, { stdio: 'ignore', timeout: 600_000 });
    const now = findBrowser();
    if (now) return now;
  }
  throw new Error('No Chromium was found. Install one, or name it in CHROMIUM_PATH.');
}

/** A Chromium that is there already, or null. */
function findBrowser(): string | null {
  const candidates = [process.env.CHROMIUM_PATH ?? '', chromium.executablePath(), ...installed];
  return candidates.find((path) => path !== '' && existsSync(path)) ?? null;
}
