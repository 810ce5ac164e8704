import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folders = ['app', 'components', 'lib', 'db', 'public'];
const filesBeside = /\.(ts|mjs)$|^package-lock\.json$/;
/** File with the digest of the sources that the last build was made from. */
const stamp = '.next/latchkey-sources';

/** Builds the app unless the last build was made from these very sources. Ends the process when the build fails. */
export async function buildIfNeeded(): Promise<void> {
  const digest = digestOfSources();
  if (existsSync('.next/BUILD_ID') && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  console.log('Building the app. This takes a minute, once.');
  const build = spawn(process.execPath, ['node_modules/next/dist/bin/next', 'build'], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
  });
  // Whoever ends this process does not want the build either.
  const stop = () => build.kill();
  process.once('exit', stop);
  const [status] = await once(build, 'exit');
  process.off('exit', stop);
  if (status !== 0) process.exit(status ?? 1);
  writeFileSync(stamp, digest);
}

function digestOfSources(): string {
  const hash = createHash('sha256').update(process.version);
  for (const file of sources().sort()) hash.update(`${file}\0`).update(readFileSync(file));
  return hash.digest('hex');
}

/** Lists the sources, without a glob: that takes ten times as long, at every start. */
function sources(): string[] {
  const inFolders = folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  // Next writes next-env.d.ts itself.
  return [...inFolders, ...readdirSync('.').filter((name) => filesBeside.test(name) && name !== 'next-env.d.ts')];
}
