/** An app of three routes that the real one does not have, on the same server, middleware and Next, built once. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Builds it in a folder of the checkout, where Next finds what is installed. Returns the folder. Takes half a minute. */
export async function buildOwnApp(): Promise<string> {
  mkdirSync('test-results', { recursive: true });
  const folder = mkdtempSync('test-results/own-routes-');
  for (const part of ['db', 'lib', 'public', 'scripts', 'package.json', 'app/api/live', ...globSync('*.{ts,mjs}')])
    if (!/\.test\.ts$|instrumentation-client/.test(part)) cpSync(part, join(folder, part), { recursive: true });
  for (const name of ['echo', 'faults', 'later'])
    cpSync(join(import.meta.dirname, `routes/${name}.ts`), join(folder, 'app/api/own', name, 'route.ts'));
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  const build = spawn(process.execPath, [join(folder, 'scripts/start.ts'), '--build'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: Buffer[] = [];
  for (const stream of [build.stdout, build.stderr]) stream.on('data', (part: Buffer) => said.push(part));
  const [code] = await once(build, 'close');
  if (code === 0) return folder;
  rmSync(folder, { recursive: true });
  throw new Error(`The build failed:\n${Buffer.concat(said)}`);
}
