import 'server-only';
import type { AccessRow } from '#db/store/sessions.ts';
import { StoreUnavailable } from '#db/store/store.ts';
import { AppError, passwordsOff } from '#lib/core/errors.ts';
import { retryAfterSeconds } from '#lib/core/policy.ts';
import { requestAgent } from '#lib/core/requester.ts';
import { type ContractMethod, contractMethods, type Operation, type RouteContract } from '#lib/core/route-contract.ts';
import { isPublicEndpoint } from '#lib/core/routes.ts';
import { unfitForLine } from '#lib/core/text.ts';
import { bearerClaims } from '#lib/edge/bearer.ts';
import { empty, json, toErrorResponse } from '#lib/edge/respond.ts';
import { type Logger, logFault } from '#lib/server/observability/log.ts';
import { container } from '#lib/server/runtime/container.ts';
import { isBehindOwnServer } from '#lib/server/runtime/env.ts';
import { requireAccess } from '#lib/server/sessions/access.ts';
import { requireFresh } from '#lib/server/sessions/fresh.ts';
import { readableEmail } from '#lib/server/sessions/user.ts';
import { readBody, readHeaders, readQuery } from './body.ts';
import type { BareCall, Handlers } from './call.ts';
import { requireSameOrigin } from './same-origin.ts';

const allMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
type Method = (typeof allMethods)[number];
type Handler = (call: BareCall) => Promise<Response>;
/** The parameters in a path. Next passes undefined for a path without any, although its types say otherwise. */
type Params = Promise<Record<string, string | string[]> | undefined>;
type NextHandler = (request: Request, context: { params: Params }) => Promise<Response>;

/**
 * Makes a route's seven exports from its contract and its handlers. A method that the contract lacks is answered 405
 * with `Allow`, and OPTIONS 204; HEAD runs GET and drops the body, except under /api/auth, where a GET may set cookies, and
 * where a GET asks for a fresh sign-in.
 * An AppError becomes its own answer, a database that cannot be reached 503, any other error a bare 500.
 */
export function route<Contract extends RouteContract>(
  contract: Contract,
  handlers: Handlers<Contract>,
): Record<Method, NextHandler> {
  const known: Partial<Record<Method, Handler>> = {};
  for (const method of contractMethods) {
    const operation = contract[method];
    // `guarded` passes exactly the argument that the contract declares.
    const handler = handlers[method as keyof typeof handlers] as ((call: object) => Promise<Response>) | undefined;
    if (operation && handler) known[method] = guarded(contract.path, method, operation, handler);
  }
  if (known.GET && !contract.path.startsWith('/api/auth/') && !contract.GET?.fresh) known.HEAD = known.GET;
  const allow = [...allMethods.filter((method) => known[method]), 'OPTIONS'].join(', ');
  known.OPTIONS = async () => empty(204, { Allow: allow });
  const notAllowed: Handler = async () => {
    throw new AppError('method_not_allowed', { allow });
  };
  const exported = (method: Method) => nextHandler(known[method] ?? notAllowed, method === 'HEAD');
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

/**
 * Guards a handler: checks who calls, then the input, before it runs. A route that lib/core/routes.ts does not list as
 * public needs an access token whose session is alive; a public one refuses all but GET from other origins.
 */
function guarded(
  path: string,
  method: ContractMethod,
  operation: Operation,
  handler: (call: object) => Promise<Response>,
): Handler {
  const isPublic = isPublicEndpoint(path);
  return async (call) => {
    const { request, deps } = call;
    if (operation.byPassword && deps.env.PASSWORD_SIGN_IN === 'off') throw passwordsOff();
    let access: AccessRow | undefined;
    if (!isPublic) {
      const claims = await bearerClaims(request.headers, deps.verifyAccessToken, deps.clock());
      access = await requireAccess(deps, claims);
    } else if (method !== 'GET' && !operation.foreign) requireSameOrigin(request.headers, deps.env.APP_URL);
    const headers = readHeaders(request, operation);
    const query = readQuery(request, operation);
    const rules = { passwordMinLength: deps.env.PASSWORD_MIN_LENGTH, email: readableEmail(access?.user.email ?? '') };
    const body = await readBody(request, operation, rules);
    // Once the body is read: whoever holds it back must not be let on by what was so before.
    if (access && operation.fresh) await requireFresh(deps, access.session.id);
    return handler({ ...call, access, headers, query, body, json, empty });
  };
}

function nextHandler(handler: Handler, isHead: boolean): NextHandler {
  return async (request, context) => {
    const requestId = requestIdOf(request.headers);
    const response = await respond(handler, request, { requestId, params: context.params });
    // server.ts has already set it on the answer.
    if (!isBehindOwnServer()) response.headers.set('X-Request-Id', requestId);
    return isHead ? new Response(null, response) : response;
  };
}

/** Returns the request id that server.ts has set. Without server.ts the header is the client's: makes a new one. */
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
    // Made when a request first logs something; most log nothing.
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
    // No stored id has a control character, and PostgreSQL refuses NUL.
    const isId = typeof id === 'string' && !unfitForLine.test(id);
    return await handler({ request, id: isId ? id : '', deps, requester });
  } catch (error) {
    return failure(error, deps.log);
  }
}

/** Answers with an AppError's own answer, 503 for an unreachable database, and 500 for anything else, which it logs. */
export function failure(error: unknown, log: Logger): Response {
  if (error instanceof AppError) return toErrorResponse(error);
  if (error instanceof StoreUnavailable)
    return toErrorResponse(new AppError('temporarily_unavailable', { retryAfterSeconds }));
  logFault(log, error);
  return toErrorResponse(new AppError('server_error'));
}
