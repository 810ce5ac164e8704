/** Answers requests by the app's own handlers, found as Next's router finds them. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { contracts } from '#lib/core/contracts.ts';
import { contractOf, holdToContract } from './contracts.ts';

/** Lists every path that has a handler, with `[id]` where an id stands. */
export const routePaths = contracts.map(({ path }) => path);

type Handler = (request: Request, context: { params: Promise<{ id: string } | undefined> }) => Promise<Response>;
const handlers = new Map<string, Promise<Record<string, Handler>>>();

/** Loads what the file of a path exports, once. */
function handlersOf(path: string): Promise<Record<string, Handler>> {
  const file = pathToFileURL(join(import.meta.dirname, '../../app', path, 'route.ts')).href;
  const loaded = handlers.get(path) ?? import(/* @vite-ignore */ file);
  handlers.set(path, loaded);
  return loaded;
}

/** Calls the handler of a request's path, and holds what it answers to the path's contract. */
export async function routeFor(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  const { path } = contractOf(pathname);
  const handler = (await handlersOf(path))[request.method];
  if (!handler) throw new Error(`No handler for ${request.method}.`);
  const params = path.includes('[id]') ? { id: idIn(pathname, path) } : undefined;
  const response = await handler(request, { params: Promise.resolve(params) });
  const { status, headers } = response;
  holdToContract(request.method, pathname, {
    status,
    header: (name) => headers.get(name),
    text: await response.clone().text(),
  });
  return response;
}

/** Reads what stands in the place of `[id]`. server.ts lets no path through that is not decodable; here it is taken as it is. */
function idIn(pathname: string, path: string): string {
  const id = pathname.split('/')[path.split('/').indexOf('[id]')] ?? '';
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
