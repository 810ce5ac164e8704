/**
 * Finds a Chromium for the browser tests: one that is installed, else Playwright's own download, else the system's packages.
 * A headless shell does what tests need in about half the time. Tests of the back/forward cache, which it lacks, need a whole one.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';

type Kind = 'shell' | 'whole';

const shells = ['/usr/bin/chromium-headless-shell'];
const wholes = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/snap/bin/chromium'];

const attempts: Record<Kind, string[][]> = {
  shell: [
    playwrightInstall('--only-shell'),
    ['apt-get', 'update', '-qq'],
    aptInstall('chromium-headless-shell'),
    aptInstall('chromium'),
  ],
  whole: [playwrightInstall('--no-shell'), ['apt-get', 'update', '-qq'], aptInstall('chromium')],
};

/**
 * Returns the path of a Chromium, and installs one if there is none: a headless shell or, where only that is there or asked
 * for, a whole one. Throws if none can be had.
 */
export function ensureBrowser(kind: Kind = 'shell'): string {
  const found = findBrowser(kind);
  if (found) return found;
  for (const [command = '', ...words] of attempts[kind]) {
    spawnSync(command, words, { stdio: 'ignore', timeout: 600_000 });
    const now = findBrowser(kind);
    if (now) return now;
  }
  throw new Error('No Chromium was found. Install one, or name it in CHROMIUM_PATH.');
}

/** Returns the path of a Chromium that is there already, or null. CHROMIUM_PATH wins, unless it lacks what is asked for. */
function findBrowser(kind: Kind): string | null {
  const named = process.env.CHROMIUM_PATH ?? '';
  const isNamed = kind === 'shell' || !/headless.shell$/.test(named);
  const candidates = [
    ...(kind === 'shell' ? [...playwrightShells(), ...shells] : []),
    chromium.executablePath(),
    ...wholes,
  ];
  return [...(isNamed ? [named] : []), ...candidates].find((path) => path !== '' && existsSync(path)) ?? null;
}

/** Finds Playwright's headless shell beside its whole Chromium, which is the only one that Playwright tells the path of. */
function playwrightShells(): string[] {
  const [, folder = '', revision = ''] = /^(.*)[\\/]chromium-(\d+)[\\/]/.exec(chromium.executablePath()) ?? [];
  const pattern = `chromium_headless_shell-${revision}/*/chrome-headless-shell{,.exe}`;
  return folder === '' ? [] : globSync(pattern, { cwd: folder }).map((path) => join(folder, path));
}

function playwrightInstall(option: string): string[] {
  return [process.execPath, 'node_modules/@playwright/test/cli.js', 'install', 'chromium', option];
}

function aptInstall(name: string): string[] {
  return ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', name];
}
