/** Installs the peers and builds what is to be measured, each in production mode. */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildIfNeeded } from '../scripts/build-if-needed.ts';
import { testEnvironment } from '../tests/support/environment.ts';
import { type NextApp, nextBin, type ServerId, servers } from './servers.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Sources of the app. The other Next apps share some of them, so they are built again when one changes. */
const appSources = ['../{app,components,lib,db}/**/*.{ts,tsx,css}', '../next.config.mjs', '../package-lock.json'];

export async function build(ids: readonly ServerId[]): Promise<void> {
  if (ids.some((id) => servers[id].isPeer)) installPeers();
  if (ids.includes('latchkey')) await buildIfNeeded();
  const built = new Set<string>();
  for (const id of ids) {
    const { app, env } = servers[id];
    if (!app || built.has(join(app.folder, app.distDir))) continue;
    built.add(join(app.folder, app.distDir));
    if (!isFresh(app)) buildNext(app, env);
  }
}

/** Installs the peers. They have a lock file of their own, so that nobody who only runs the app installs them. */
function installPeers(): void {
  const installed = join(here, 'node_modules/.package-lock.json');
  if (existsSync(installed) && changedAt(installed) >= changedAt(join(here, 'package-lock.json'))) return;
  execFileSync('npm', ['ci', '--prefix', here], { stdio: 'inherit' });
}

function buildNext({ folder }: NextApp, env: Record<string, string> = {}): void {
  console.log(`Building ${folder}`);
  execFileSync(process.execPath, [nextBin, 'build', folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
    // A build loads every module, and so needs the settings.
    env: {
      ...process.env,
      ...testEnvironment({ DATABASE_URL: 'file::memory:' }),
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      ...env,
    },
  });
}

function isFresh({ folder, distDir }: NextApp): boolean {
  const id = join(folder, distDir, 'BUILD_ID');
  if (!existsSync(id)) return false;
  const sources = [
    ...globSync(appSources, { cwd: here }).map((file) => join(here, file)),
    ...globSync(['**/*.{ts,tsx,mjs}'], { cwd: folder, exclude: ['.next', 'next-env.d.ts'] }).map((file) =>
      join(folder, file),
    ),
    ...globSync('servers/shared/*', { cwd: here }).map((file) => join(here, file)),
  ];
  return sources.every((file) => changedAt(file) <= changedAt(id));
}

const changedAt = (file: string) => statSync(file).mtimeMs;
