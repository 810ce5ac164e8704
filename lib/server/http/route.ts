import 'server-only';
import type { Access } from '#db/rows.ts';
import { StoreUnavailable } from '#db/store.ts';
import { AppError } from '#lib/core/errors.ts';
import { retryAfterSeconds } from '#lib/core/policy.ts';
import { requestAgent } from '#lib/core/requester.ts';
import { unfitForLine } from '#lib/core/wire.ts';
import { bearerClaims } from '#lib/edge/bearer.ts';
import { empty, errorResponse } from '#lib/edge/respond.ts';
import { type Logger, logFault } from '#lib/server/observability/log.ts';
import { type Container, container } from '#lib/server/runtime/container.ts';
import { isBehindOwnServer } from '#lib/server/runtime/env.ts';
import { requireAccess } from '#lib/server/sessions/access.ts';

/** Who asks, as far as a request can tell: for limits, the session list and the security log. */
export interface Client {
  userAgent: string | null;
  /** Null when nothing in front can be believed about it. */
  ip: string | null;
}

export interface Call {
  request: Request;
  /** The path's `[id]`; empty where the route has none. */
  id: string;
  deps: Container;
  client: Client;
}
export type Handler = (call: Call) => Promise<Response>;

const all = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
type Method = (typeof all)[number];
type Handlers = Partial<Record<Exclude<Method, 'HEAD' | 'OPTIONS'>, Handler>>;
/** Undefined for a path without a parameter, whatever Next's types say. */
type Params = Promise<Record<string, string | string[]> | undefined>;
type NextHandler = (request: Request, context: { params: Params }) => Promise<Response>;

/**
 * A route's seven exports. What `handlers` lacks is 405 with `Allow`; OPTIONS is 204; HEAD is GET without a body, unless
 * `head` is false (a GET that writes cookies must not be run by a HEAD). Errors leave in the one shape, faults as a bare 500.
 */
export function methods(handlers: Handlers, { head = true } = {}): Record<Method, NextHandler> {
  const known: Partial<Record<Method, Handler>> = { ...handlers };
  if (head && handlers.GET) known.HEAD = handlers.GET;
  const allow = [...all.filter((method) => known[method]), 'OPTIONS'].join(', ');
  known.OPTIONS = async () => empty(204, { Allow: allow });
  const notAllowed: Handler = async () => {
    throw new AppError('method_not_allowed', { allow });
  };
  const route = (method: Method) => answer(known[method] ?? notAllowed, method === 'HEAD');
  return {
    GET: route('GET'),
    HEAD: route('HEAD'),
    POST: route('POST'),
    PUT: route('PUT'),
    PATCH: route('PATCH'),
    DELETE: route('DELETE'),
    OPTIONS: route('OPTIONS'),
  };
}

/** A handler behind a bearer token whose session lives, by the database's word. */
export function authed(handler: (call: Call & { access: Access }) => Promise<Response>): Handler {
  return async (call) => {
    const { deps, request } = call;
    const claims = await bearerClaims(request.headers, deps.verifyAccessToken, deps.clock());
    return handler({ ...call, access: await requireAccess(deps, claims) });
  };
}

function answer(handler: Handler, isHead: boolean): NextHandler {
  return async (request, context) => {
    const requestId = requestIdOf(request.headers);
    const response = await respond(handler, request, { requestId, params: context.params });
    // server.ts has put it on every answer already.
    if (!isBehindOwnServer()) response.headers.set('X-Request-Id', requestId);
    return isHead ? new Response(null, response) : response;
  };
}

/** Only what server.ts made is believed: from anyone else it would be the client's own words. */
function requestIdOf(headers: Headers): string {
  return (isBehindOwnServer() && headers.get('x-request-id')) || crypto.randomUUID();
}

async function respond(
  handler: Handler,
  request: Request,
  { requestId, params }: { requestId: string; params: Params },
): Promise<Response> {
  const shared = container();
  let log: Logger | undefined;
  const deps = {
    ...shared,
    // Made by the first line of a request; most write none.
    get log() {
      log ??= shared.log.child({ requestId });
      return log;
    },
  };
  try {
    const client = {
      userAgent: requestAgent(request.headers.get('user-agent')),
      ip: isBehindOwnServer() ? request.headers.get('x-forwarded-for') : null,
    };
    const id = (await params)?.id;
    // No id of ours has a control character, and PostgreSQL takes no NUL.
    const isId = typeof id === 'string' && !unfitForLine.test(id);
    return await handler({ request, id: isId ? id : '', deps, client });
  } catch (error) {
    return failure(error, deps.log);
  }
}

/** What went wrong, as an answer: an expected error as it says, a database that is away 503, anything else 500. */
export function failure(error: unknown, log: Logger): Response {
  if (error instanceof AppError) return errorResponse(error);
  if (error instanceof StoreUnavailable)
    return errorResponse(new AppError('temporarily_unavailable', { retryAfterSeconds }));
  logFault(log, error);
  return errorResponse(new AppError('server_error'));
}
