import 'server-only';
import type { AccessRow } from '#db/store/sessions.ts';
import { StoreUnavailable } from '#db/store/store.ts';
import type { ContractMethod, Operation, RouteContract } from '#lib/core/contract.ts';
import { AppError } from '#lib/core/errors.ts';
import { retryAfterSeconds } from '#lib/core/policy.ts';
import { requestAgent } from '#lib/core/requester.ts';
import { isPublicEndpoint } from '#lib/core/routes.ts';
import { unfitForLine } from '#lib/core/text.ts';
import { bearerClaims } from '#lib/edge/bearer.ts';
import { empty, errorResponse, json } from '#lib/edge/respond.ts';
import { type Logger, logFault } from '#lib/server/observability/log.ts';
import { container } from '#lib/server/runtime/container.ts';
import { isBehindOwnServer } from '#lib/server/runtime/env.ts';
import { requireAccess } from '#lib/server/sessions/access.ts';
import { readBody, readHeaders, readQuery } from './body.ts';
import type { BareCall, Handlers } from './call.ts';
import { requireSameOrigin } from './same-origin.ts';

const all = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
type Method = (typeof all)[number];
type Handler = (call: BareCall) => Promise<Response>;
/** Undefined for a path without a parameter, whatever Next's types say. */
type Params = Promise<Record<string, string | string[]> | undefined>;
type NextHandler = (request: Request, context: { params: Params }) => Promise<Response>;

/**
 * Makes a route's seven exports from its contract. What the contract lacks is 405 with `Allow`; OPTIONS is 204; HEAD is GET
 * without a body, but not under /api/auth, where a GET may write cookies. Errors leave in the one shape, faults as a bare 500.
 */
export function route<Contract extends RouteContract>(
  contract: Contract,
  handlers: Handlers<Contract>,
): Record<Method, NextHandler> {
  const known: Partial<Record<Method, Handler>> = {};
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const) {
    const operation = contract[method];
    // What is handed over is what the contract declares: `declared` checks it.
    const handler = handlers[method as keyof typeof handlers] as ((call: object) => Promise<Response>) | undefined;
    if (operation && handler) known[method] = declared(contract.path, method, operation, handler);
  }
  if (known.GET && !contract.path.startsWith('/api/auth/')) known.HEAD = known.GET;
  const allow = [...all.filter((method) => known[method]), 'OPTIONS'].join(', ');
  known.OPTIONS = async () => empty(204, { Allow: allow });
  const notAllowed: Handler = async () => {
    throw new AppError('method_not_allowed', { allow });
  };
  const exported = (method: Method) => answer(known[method] ?? notAllowed, method === 'HEAD');
  return {
    GET: exported('GET'),
    HEAD: exported('HEAD'),
    POST: exported('POST'),
    PUT: exported('PUT'),
    PATCH: exported('PATCH'),
    DELETE: exported('DELETE'),
    OPTIONS: exported('OPTIONS'),
  };
}

/** Lets in who may call, and checks what was asked, before the handler sees it. */
function declared(
  path: string,
  method: ContractMethod,
  operation: Operation,
  handler: (call: object) => Promise<Response>,
): Handler {
  const isPublic = isPublicEndpoint(path);
  return async (call) => {
    const { request, deps } = call;
    let access: AccessRow | undefined;
    if (!isPublic) {
      const claims = await bearerClaims(request.headers, deps.verifyAccessToken, deps.clock());
      access = await requireAccess(deps, claims);
    } else if (method !== 'GET') requireSameOrigin(request.headers, deps.env.APP_URL);
    const headers = readHeaders(request, operation);
    const query = readQuery(request, operation);
    const rules = { passwordMinLength: deps.env.PASSWORD_MIN_LENGTH, email: access?.user.email ?? '' };
    const body = await readBody(request, operation, rules);
    return handler({ ...call, access, headers, query, body, json, empty });
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

/** Believes only what server.ts made: from anyone else it would be the client's own words. */
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
    const requester = {
      userAgent: requestAgent(request.headers.get('user-agent')),
      ip: isBehindOwnServer() ? request.headers.get('x-forwarded-for') : null,
    };
    const id = (await params)?.id;
    // No id of ours has a control character, and PostgreSQL takes no NUL.
    const isId = typeof id === 'string' && !unfitForLine.test(id);
    return await handler({ request, id: isId ? id : '', deps, requester });
  } catch (error) {
    return failure(error, deps.log);
  }
}

/** Turns what went wrong into an answer: an expected error as it says, a database that is away 503, anything else 500. */
export function failure(error: unknown, log: Logger): Response {
  if (error instanceof AppError) return errorResponse(error);
  if (error instanceof StoreUnavailable)
    return errorResponse(new AppError('temporarily_unavailable', { retryAfterSeconds }));
  logFault(log, error);
  return errorResponse(new AppError('server_error'));
}
