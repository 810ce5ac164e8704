/** Holds every real answer to what its route declares. */
import assert from 'node:assert/strict';
import { z } from 'zod';
import { contracts } from '#lib/core/contracts.ts';
import { AppError, type ErrorCode } from '#lib/core/errors.ts';
import { contractMethods, errorResponse, type Operation, type RouteContract } from '#lib/core/route-contract.ts';
import { isPublicEndpoint } from '#lib/core/routes.ts';
import { unknownRoute } from '#lib/core/runtime/contract.ts';

export interface Answered {
  status: number;
  /** By lower-case name. */
  header(name: string): string | null;
  text: string;
}

const byPattern = contracts.map((contract) => ({
  contract,
  pattern: new RegExp(`^${contract.path.replace('[id]', '[^/]*').replace(/[.]/g, '\\.')}$`),
}));

/** The contract of the route that answers a path. */
export function contractOf(pathname: string): RouteContract {
  return byPattern.find(({ pattern }) => pattern.test(pathname))?.contract ?? unknownRoute;
}

/** Throws unless the answer is one that the route's contract has: its status, its body, and of errors its code. */
export function holdToContract(method: string, pathname: string, answered: Answered): void {
  if (method === 'OPTIONS') return;
  const contract = contractOf(pathname);
  const asked = contractMethods.find((one) => one === (method === 'HEAD' ? 'GET' : method));
  const operation = asked && contract[asked];
  const schema = operation?.answers[answered.status];
  const what = `${method} ${contract.path} ${answered.status}`;
  if (schema === undefined)
    isDeclaredError(what, allowedErrors(contract, method, operation), answered, method === 'HEAD');
  else if (schema === null || method === 'HEAD') assert.equal(answered.text, '', `${what} has a body`);
  else isDeclaredBody(what, schema, answered);
}

/** A schema leaves out what it does not name, so nothing else may be there. */
function isDeclaredBody(what: string, schema: z.ZodType, { text, header }: Answered): void {
  const body: unknown = header('content-type')?.startsWith('application/json') ? JSON.parse(text) : text;
  assert.deepEqual(z.parse(schema, body), body, what);
}

function isDeclaredError(what: string, allowed: ReadonlySet<ErrorCode>, answered: Answered, isHead: boolean): void {
  const codes = [...allowed].filter((code) => new AppError(code).status === answered.status);
  assert(codes.length > 0, `${what} is not declared`);
  if (isHead) {
    assert.equal(answered.text, '', what);
    return;
  }
  const body = errorResponse.strict().parse(JSON.parse(answered.text));
  const words = codes.map((code) => new AppError(code).body.error);
  assert(words.includes(body.error), `${what} ${body.error} is not declared`);
}

/** What follows from a route's path and its operation's parts, and what the operation declares. */
function allowedErrors({ path }: RouteContract, method: string, operation: Operation | undefined): Set<ErrorCode> {
  const allowed = new Set<ErrorCode>(['temporarily_unavailable', 'server_error', ...(operation?.errors ?? [])]);
  const add = (when: unknown, ...codes: ErrorCode[]) => {
    if (when) for (const code of codes) allowed.add(code);
  };
  add(!operation || method === 'HEAD', 'method_not_allowed');
  add(!isPublicEndpoint(path), 'unauthorized', 'invalid_token');
  add(isPublicEndpoint(path) && method !== 'GET' && method !== 'HEAD', 'forbidden');
  add(operation?.byPassword, 'forbidden');
  add(operation?.fresh, 'insufficient_user_authentication');
  add(operation?.query ?? operation?.headers, 'invalid_request');
  add(operation?.body, 'invalid_request', 'payload_too_large', 'unsupported_media_type');
  return allowed;
}
