/**
 * Bypasses Next's router (docs/decisions/026): calls the built middleware, then the API route if the middleware lets the
 * request through. Next answers all else: what can be read in two ways, and what the middleware refuses or changes.
 */
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Gauge } from 'prom-client';
import { waitUntil } from '#lib/server/runtime/drain.ts';
import { edgeEntry } from './edge-entry.ts';
import { type Built, builtFile } from './next-adapter.ts';

export type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>;
type Route = (request: IncomingMessage, response: ServerResponse, context: object) => Promise<void>;

/** Matches a path and a query that can be read in one way only, without parameters that Next uses itself, like `nxtPid`. */
const plain = /^\/api(\/[\w-]+)*(\?(?!nxt)[a-z]\w*=[\w.~%+:-]*(&(?!nxt)[a-z]\w*=[\w.~%+:-]*)*)?$/;
/** Matches the names of headers by which parts of Next talk to each other. */
const internal = /^(rsc$|next-|x-(middleware|next|nextjs|prerender|invoke|matched|now|vercel)-)/;

/** Makes the function that answers every request; `next` is Next's. Throws unless the adapter's file is of this build. */
export async function direct(folder: string, port: number, next: Handle): Promise<Handle> {
  const built: Built = JSON.parse(readFileSync(join(folder, builtFile), 'utf8'));
  if (built.buildId !== readFileSync(join(folder, 'BUILD_ID'), 'utf8')) throw new Error('of another build');
  const middleware = await edgeEntry(folder, built.middleware);
  const load: (file: string) => { handler: Route } = createRequire(join(folder, builtFile));
  const routes = built.routes.map(({ path, file }) => [new RegExp(path), file && load(`./${file}`).handler] as const);
  const [guarded, configured] = [new RegExp(built.guarded), new RegExp(built.configured, 'i')];
  const hostname = `localhost:${port}`;
  new Gauge({ name: 'latchkey_front_direct', help: 'Processes that call API routes past Next’s router' }).set(1);

  async function letsThrough(path: string, { method, url, headers }: IncomingMessage): Promise<boolean> {
    if (!guarded.test(path)) return true;
    const origin = `${String(headers['x-forwarded-proto']).includes('https') ? 'https' : 'http'}://${hostname}`;
    let isBodyRead = false;
    const pull = (body: ReadableStreamDefaultController) => {
      isBodyRead = true;
      body.close();
    };
    const stream = () => new ReadableStream({ pull }, { highWaterMark: 0 });
    const body = method === 'GET' ? null : Object.assign(new Blob(), { stream });
    const asked = { method, url: origin + url, headers: new Headers(headers as Record<string, string>), body };
    const verdict = await middleware(asked as object as Request, { waitUntil });
    // If the middleware has read this empty body, its verdict is void: Next asks it again with the real one.
    return verdict.ok && [...verdict.headers].join() === 'x-middleware-next,1' && !isBodyRead;
  }

  return async (request, response) => {
    const { url = '', headers } = request;
    const [path = ''] = url.split('?', 1);
    const isOdd = !plain.test(url) || configured.test(path) || Object.keys(headers).some((name) => internal.test(name));
    const handler = isOdd ? undefined : routes.find(([regex]) => regex.test(path))?.[1];
    if (!handler || !(await letsThrough(path, request).catch(() => false))) return next(request, response);
    // The client may have gone meanwhile, or the body may have grown too large and been refused.
    if (response.closed || response.writableEnded) return;
    response.setHeader('vary', built.vary);
    // Makes Node send an answer without a body in chunks, as it does behind Next's compression.
    response.removeHeader('Content-Length');
    // A new object each time: Next writes into it what it learns of the request.
    await handler(request, response, { waitUntil, requestMeta: { hostname } });
  };
}
