/** Loads the middleware that Next has built for its edge runtime, without Next's sandbox around it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';
import type { Built } from './next-adapter.ts';

export type WaitUntil = (promise: Promise<unknown>) => void;
type EdgeEntry = (request: Request, context: { waitUntil: WaitUntil }) => Promise<Response>;

/**
 * Evaluates the middleware's files and returns its entry. The files see a global object that inherits from Node's, so
 * that what they set on it, Next's caches above all, stays theirs.
 */
export async function edgeEntry(distDir: string, { files, entryKey, handlerExport, env }: Built['middleware']) {
  const entries: Record<string, Promise<Record<string, EdgeEntry>>> = {};
  const process_ = { env: { ...process.env, ...env, NEXT_RUNTIME: 'edge' } };
  // Node's getter of `crypto` refuses to be inherited.
  const scope = Object.create(globalThis, {
    crypto: { value: crypto },
    process: { value: process_ },
    _ENTRIES: { value: entries },
    // A span of the middleware's would be the root of a trace beside the request's; in Next's sandbox it has none either.
    [Symbol.for('opentelemetry.js.api.1')]: { value: undefined, writable: true },
  });
  const require = createRequire(import.meta.url);
  const names = { globalThis: scope, self: scope, process: process_, _ENTRIES: entries, require };
  for (const file of files) {
    const filename = join(distDir, file);
    compileFunction(readFileSync(filename, 'utf8'), Object.keys(names), { filename })(...Object.values(names));
  }
  const entry = (await entries[entryKey])?.[handlerExport];
  if (!entry) throw new Error('The middleware has no entry.');
  return entry;
}
