/**
 * Our own small server around Next's handler. It alone knows the socket, so it alone says what the client's address is, and it
 * refuses what Next would answer oddly: strange methods, doubled headers, targets that are no path.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import next from 'next';
import { parseAndValidateFlightRouterState } from 'next/dist/server/app-render/parse-and-validate-flight-router-state.js';
import { AppError } from '#lib/core/errors.ts';
import { clientAddress } from '#lib/core/limits/address.ts';
import { bodyLimitBytes, queryParametersLimit, routerStateMaxLength } from '#lib/core/policy.ts';
import { isApiPath } from '#lib/core/routes.ts';
import { privateNoStore } from '#lib/edge/respond.ts';
import { headersOfEveryAnswer, strictTransportSecurity } from '#lib/edge/security-headers.ts';
import { logger } from '#lib/server/observability/log.ts';
import { logRefusal } from '#lib/server/observability/refusals.ts';
import { timeRequest } from '#lib/server/observability/request-times.ts';
import { drain } from '#lib/server/runtime/drain.ts';
import { serverEnv } from '#lib/server/runtime/env.ts';

/** Files and keys, which say themselves how long they may be kept. All else is for whoever asked: Next's own redirects too. */
const isForAnyone = /^\/(_next\/static\/|icon\.svg(\?|$)|\.well-known\/)/;
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Why a request goes no further, or null. */
function refusal({ method = '', url = '', headers, rawHeaders }: IncomingMessage): AppError | null {
  if (!methods.has(method)) return new AppError('not_implemented');
  const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  const isDoubled = ['authorization', 'host'].some((name) => names.indexOf(name) !== names.lastIndexOf(name));
  if (Number(headers['content-length']) > bodyLimitBytes) return new AppError('payload_too_large');
  const isOdd = isDoubled || !url.startsWith('/') || !isDecodable(url) || url.split('&').length > queryParametersLimit;
  return isOdd ? new AppError('invalid_request') : null;
}

function isDecodable(url: string): boolean {
  try {
    decodeURIComponent(url.split('?', 1)[0] ?? '');
    return true;
  } catch {
    return false;
  }
}

/** Headers of Next's router that it would answer oddly. */
function leaveOutOddities({ url = '', headers }: IncomingMessage): void {
  // A redirect to the same path with a parameter, and no Cache-Control. No API path has a flight.
  if (isApiPath(url.split('?', 1)[0] ?? '')) delete headers.rsc;
  const state = headers['next-router-state-tree'];
  if (headers.rsc === undefined || !isRouterState(state)) delete headers['next-router-state-tree'];
}

/** Next answers 500 to what is none, and reads a long one for half a second. Without one it sends the whole page. */
function isRouterState(state: string | string[] | undefined): boolean {
  try {
    return (state?.length ?? 0) <= routerStateMaxLength && parseAndValidateFlightRouterState(state) !== undefined;
  } catch {
    return false;
  }
}

function refuse(response: ServerResponse, { status, body }: AppError): void {
  if (response.headersSent) return;
  response.writeHead(status, { 'Content-Type': 'application/json', Connection: 'close' });
  response.end(JSON.stringify(body));
}

/** RFC 9112 section 6.3. Most requests have none, and need no watching. */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

/**
 * Cuts a body off while it arrives. Behind the middleware Next waits for its end, however far away that is, and hands over its
 * beginning. A request has no event for this that would not take the bytes from Next as well.
 */
function limitBody(request: IncomingMessage, onTooLarge: () => void): void {
  const push = request.push.bind(request);
  let size = 0;
  request.push = (chunk, encoding) => {
    const before = size;
    size += chunk?.length ?? 0;
    if (before <= bodyLimitBytes && size > bodyLimitBytes) onTooLarge();
    return push(chunk, encoding);
  };
}

/**
 * Behind the middleware Next puts another stream's insides into the request, and what listened for its errors is gone: one whose
 * connection breaks off over bytes that are no HTTP would be an uncaught exception.
 */
function keepErrors(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request;
  const listen = () => request.on('error', () => {});
  socket.prependOnceListener('close', listen);
  response.once('close', () => socket.removeListener('close', listen));
}

/** Serves the built app, or the sources with hot reload, until SIGTERM or SIGINT. Resolves when it listens. */
export async function serve({ isDevelopment }: { isDevelopment: boolean }): Promise<void> {
  const { PORT, TRUSTED_PROXY_HOPS, APP_URL, LOG_LEVEL } = serverEnv();
  const log = logger(LOG_LEVEL);
  const headers = [...headersOfEveryAnswer, ...(APP_URL.startsWith('https:') ? [strictTransportSecurity] : [])];
  process.env.LATCHKEY_FRONT = 'server';
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000 });
  const app = next({ dev: isDevelopment, httpServer: server, port: PORT });
  await app.prepare();
  const handle = app.getRequestHandler();
  let isStopping = false;
  server.on('connect', (_request, socket) => socket.end('HTTP/1.1 501 Not Implemented\r\nConnection: close\r\n\r\n'));
  server.on('request', (request, response) => {
    if (isStopping) response.setHeader('Connection', 'close');
    for (const { key, value } of headers) response.setHeader(key, value);
    if (!isForAnyone.test(request.url ?? '')) response.setHeader('Cache-Control', privateNoStore['Cache-Control']);
    // Ties what the client sees to what the log says. One that the client sent is not believed.
    const requestId = randomUUID();
    request.headers['x-request-id'] = requestId;
    response.setHeader('X-Request-Id', requestId);
    const error = refusal(request);
    if (error) return refuse(response, error);
    keepErrors(request, response);
    leaveOutOddities(request);
    if (hasBody(request)) limitBody(request, () => refuse(response, new AppError('payload_too_large')));
    // Next sends the headers by themselves and the first bytes right after: one packet will do.
    response.flushHeaders = () => {};
    timeRequest(request, response);
    logRefusal(log, request, response);
    const forwarded = request.headers['x-forwarded-for'];
    const claimed = Array.isArray(forwarded) ? forwarded.join(',') : forwarded;
    request.headers['x-forwarded-for'] = clientAddress(request.socket.remoteAddress, claimed, TRUSTED_PROXY_HOPS);
    void handle(request, response);
  });
  const stop = () => {
    // A supervisor and a service manager may both ask.
    if (isStopping) return;
    isStopping = true;
    server.close(() => void drain().then(() => process.exit(0)));
    server.closeIdleConnections();
    setTimeout(() => process.exit(0), 9_000).unref();
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
  await listen(server, PORT);
}

async function listen(server: Server, port: number): Promise<void> {
  try {
    server.listen(port);
    await once(server, 'listening');
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    if (!isTaken) throw error;
    console.error(`PORT ${port} is taken by another program. Set another one, or stop that.`);
    process.exit(1);
  }
}
