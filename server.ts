/**
 * Our own small server around Next's handler. It alone knows the socket, so it alone says what the client's address is, and it
 * refuses what Next would answer oddly: strange methods, doubled headers, targets that are no path.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import next from 'next';
import { clientAddress } from '#lib/core/client-address.ts';
import { AppError } from '#lib/core/errors.ts';
import { serverEnv } from '#lib/server/env.ts';

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Why a request goes no further, or null. */
function refusal({ method = '', url = '', rawHeaders }: IncomingMessage): AppError | null {
  if (!methods.has(method)) return new AppError('not_implemented');
  const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  const isDoubled = ['authorization', 'host'].some((name) => names.indexOf(name) !== names.lastIndexOf(name));
  return isDoubled || !url.startsWith('/') || !isDecodable(url) ? new AppError('invalid_request') : null;
}

function isDecodable(url: string): boolean {
  try {
    decodeURIComponent(url.split('?', 1)[0] ?? '');
    return true;
  } catch {
    return false;
  }
}

function refuse(response: ServerResponse, { status, body }: AppError): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', Connection: 'close' });
  response.end(JSON.stringify(body));
}

/** Serves the built app, or the sources with hot reload, until SIGTERM or SIGINT; then finishes what is under way. */
export async function serve({ isDevelopment }: { isDevelopment: boolean }): Promise<void> {
  const { PORT, APP_URL, TRUSTED_PROXY_HOPS } = serverEnv();
  process.env.LATCHKEY_FRONT = 'server';
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000 });
  const app = next({ dev: isDevelopment, httpServer: server, port: PORT });
  await app.prepare();
  const handle = app.getRequestHandler();
  let isStopping = false;
  server.on('connect', (_request, socket) => socket.end('HTTP/1.1 501 Not Implemented\r\nConnection: close\r\n\r\n'));
  server.on('request', (request, response) => {
    if (isStopping) response.setHeader('Connection', 'close');
    const error = refusal(request);
    if (error) return refuse(response, error);
    const forwarded = request.headers['x-forwarded-for'];
    const claimed = Array.isArray(forwarded) ? forwarded.join(',') : forwarded;
    request.headers['x-forwarded-for'] = clientAddress(request.socket.remoteAddress, claimed, TRUSTED_PROXY_HOPS);
    void handle(request, response);
  });
  server.listen(PORT, () => console.log(`Latchkey is ready on ${APP_URL}`));
  const stop = () => {
    isStopping = true;
    server.close(() => process.exit(0));
    server.closeIdleConnections();
    setTimeout(() => process.exit(0), 9_000).unref();
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
}
