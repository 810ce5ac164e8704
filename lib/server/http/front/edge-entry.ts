/** Loads the middleware that Next has built for its edge runtime, without Next's sandbox around it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';
import type { Built } from './next-adapter.ts';

type EdgeEntry = (request: Request, context: object) => Promise<Response>;

/**
 * Evaluates the middleware's files and returns its entry. Gives the files a global object that inherits from Node's: what
 * they set there, like Next's caches, stays inside. `crypto` is its own, since Node's getter refuses to be inherited.
 */
export async function edgeEntry(distDir: string, { files, entryKey, handlerExport, env }: Built['middleware']) {
  const require = createRequire(import.meta.url);
  const process = { env: { ...globalThis.process.env, ...env, NEXT_RUNTIME: 'edge' } };
  const _ENTRIES: Record<string, Promise<Record<string, EdgeEntry>>> = {};
  // Hides global symbols: by them OpenTelemetry and Next find each other, which must not happen across runtimes.
  const hidden = Object.fromEntries(Object.getOwnPropertySymbols(globalThis).map((symbol) => [symbol, undefined]));
  const own = { ...hidden, crypto, process, _ENTRIES };
  const self = Object.create(globalThis, Object.getOwnPropertyDescriptors(own));
  const names = { ...own, globalThis: self, self, require };
  for (const file of files) {
    const filename = join(distDir, file);
    compileFunction(readFileSync(filename, 'utf8'), Object.keys(names), { filename })(...Object.values(names));
  }
  const entry = (await _ENTRIES[entryKey])?.[handlerExport];
  if (!entry) throw new Error('The middleware has no entry.');
  return entry;
}
