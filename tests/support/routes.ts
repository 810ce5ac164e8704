import * as jwks from '#app/.well-known/jwks.json/route.ts';
import * as metadata from '#app/.well-known/oauth-authorization-server/route.ts';
import * as unknown from '#app/api/[...path]/route.ts';
import * as activity from '#app/api/activity/route.ts';
import * as logout from '#app/api/auth/logout/route.ts';
import * as passwordReset from '#app/api/auth/password/reset/route.ts';
import * as password from '#app/api/auth/password/route.ts';
import * as refresh from '#app/api/auth/refresh/route.ts';
import * as register from '#app/api/auth/register/route.ts';
import * as session from '#app/api/auth/session/route.ts';
import * as oneSession from '#app/api/auth/sessions/[id]/route.ts';
import * as sessions from '#app/api/auth/sessions/route.ts';
import * as token from '#app/api/auth/token/route.ts';
import * as demoSession from '#app/api/demo/session/route.ts';
import * as demoRefresh from '#app/api/demo/sessions/[id]/refresh/route.ts';
import * as demoUse from '#app/api/demo/sessions/[id]/use/route.ts';
import * as demoSessions from '#app/api/demo/sessions/route.ts';
import * as health from '#app/api/health/route.ts';
import * as live from '#app/api/live/route.ts';
import * as me from '#app/api/me/route.ts';
import * as metrics from '#app/api/metrics/route.ts';
import * as oneTask from '#app/api/tasks/[id]/route.ts';
import * as tasks from '#app/api/tasks/route.ts';
import { holdToContract } from './contracts.ts';

const routes = {
  '/api/activity': activity,
  '/api/auth/logout': logout,
  '/api/auth/password': password,
  '/api/auth/password/reset': passwordReset,
  '/api/auth/refresh': refresh,
  '/api/auth/register': register,
  '/api/auth/session': session,
  '/api/auth/sessions': sessions,
  '/api/auth/sessions/*': oneSession,
  '/api/auth/token': token,
  '/api/demo/session': demoSession,
  '/api/demo/sessions': demoSessions,
  '/api/demo/sessions/*/refresh': demoRefresh,
  '/api/demo/sessions/*/use': demoUse,
  '/api/health': health,
  '/api/live': live,
  '/api/me': me,
  '/api/metrics': metrics,
  '/api/tasks': tasks,
  '/api/tasks/*': oneTask,
  '/.well-known/jwks.json': jwks,
  '/.well-known/oauth-authorization-server': metadata,
};
/** Every path that has a handler, `*` where an id stands. */
export const routePaths = Object.keys(routes);
type Path = keyof typeof routes;
const isPath = (path: string): path is Path => path in routes;

/** What Next's router does: finds the handler, and gives it the `[id]` of a path that has one. */
export async function routeFor(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  const [, parent = '', id = '', rest = ''] =
    /^(\/api\/(?:auth\/sessions|demo\/sessions|tasks)\/)([^/]*)(.*)$/.exec(pathname) ?? [];
  const pattern = `${parent}*${rest}`;
  const found = isPath(pathname) ? routes[pathname] : isPath(pattern) ? routes[pattern] : unknown;
  const handler = Object.entries(found).find(([method]) => method === request.method)?.[1];
  if (!handler) throw new Error(`No handler for ${request.method}.`);
  const params = isPath(pathname) ? undefined : { id: decoded(id) };
  const response = await handler(request, { params: Promise.resolve(params) });
  const { status, headers } = response;
  holdToContract(request.method, pathname, {
    status,
    header: (name) => headers.get(name),
    text: await response.clone().text(),
  });
  return response;
}

/** server.ts lets no path through that is not decodable; here it is taken as it is. */
function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
