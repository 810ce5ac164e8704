/**
 * Calls what Next has built past Next's router: the middleware, and the API route if that lets the request through. All
 * else goes to Next: whatever could be read in two ways, and whatever the middleware refuses or changes.
 * docs/decisions/026-past-nexts-router.md says what of Next this rests on, and what to check when Next is upgraded.
 */
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Gauge } from 'prom-client';
import { onDrain } from '#lib/server/runtime/drain.ts';
import { edgeEntry, type WaitUntil } from './edge-entry.ts';
import { type Built, builtFile } from './next-adapter.ts';

/** Answers a request. */
export type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>;
type Context = { waitUntil: WaitUntil; requestMeta: { hostname: string } };
type Route = (request: IncomingMessage, response: ServerResponse, context: Context) => Promise<void>;

/** Matches an API path and a query that every router reads alike. No parameter is one of Next's own, like `nxtPid`. */
const plain = /^\/api(\/[\w-]+)*(\?(?!nxt)[a-z]\w*=[\w.~%+:-]*(&(?!nxt)[a-z]\w*=[\w.~%+:-]*)*)?$/;
/** Matches the names of headers by which parts of Next talk to each other. */
const internal = /^(rsc$|next-|x-(middleware|next|nextjs|prerender|invoke|matched|now|vercel)-)/;

/** Makes the function that answers every request; `next` is Next's. Throws when the build in `distDir` has no adapter's file. */
export async function direct(distDir: string, port: number, next: Handle): Promise<Handle> {
  const built: Built = JSON.parse(readFileSync(join(distDir, builtFile), 'utf8'));
  if (built.buildId !== readFileSync(join(distDir, 'BUILD_ID'), 'utf8'))
    throw new Error(`${builtFile} is of another build`);
  const middleware = await edgeEntry(distDir, built.middleware);
  // Next has loaded these files already, and goes on to use the same modules.
  const load: (file: string) => { handler: Route } = createRequire(join(distDir, builtFile));
  const routes = built.routes.map(({ regex, file }) => ({
    regex: new RegExp(regex),
    handler: load(`./${file}`).handler,
  }));
  const guarded = new RegExp(built.guarded);
  const configured = new RegExp(built.configured);
  const [waitUntil, hostname] = [waiting(), `localhost:${port}`];
  new Gauge({ name: 'latchkey_front_direct', help: 'Processes that call API routes past Next’s router' }).set(1);

  async function letsThrough({ method, url, headers }: IncomingMessage): Promise<boolean> {
    const asked = {
      method,
      url: `http://${hostname}${url}`,
      headers: new Headers(headers as Record<string, string>),
    };
    const verdict = await middleware(asked as Request, { waitUntil });
    return [...verdict.headers].join() === 'x-middleware-next,1';
  }

  return async (request, response) => {
    const { url = '', headers } = request;
    const [path = ''] = url.split('?', 1);
    const isOdd = !plain.test(url) || configured.test(path) || Object.keys(headers).some((name) => internal.test(name));
    const route = isOdd ? undefined : routes.find(({ regex }) => regex.test(path));
    if (!route) return next(request, response);
    headers['x-forwarded-host'] ??= headers.host ?? 'localhost';
    headers['x-forwarded-port'] ??= String(port);
    headers['x-forwarded-proto'] ??= 'http';
    if (guarded.test(path) && !(await letsThrough(request).catch(() => false))) return next(request, response);
    // A body that is too large may have been refused meanwhile.
    if (response.headersSent) return;
    response.setHeader('vary', built.vary);
    // An answer without a body is sent in chunks, as behind Next's compression.
    response.removeHeader('Content-Length');
    // Next writes into the object whatever it learns of a request.
    return route.handler(request, response, { waitUntil, requestMeta: { hostname } });
  };
}

/** Makes the function that takes the work which routes do after their answer. The process ends when it is done. */
function waiting(): WaitUntil {
  const pending = new Set<Promise<unknown>>();
  onDrain(async () => void (await Promise.allSettled(pending)));
  return (promise) => {
    const done = promise.catch(console.error).finally(() => pending.delete(done));
    pending.add(done);
  };
}
