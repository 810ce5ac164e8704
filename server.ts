/** Serves Next's handler by node:http. `lib/server/http/front/` has the checks that every request passes first. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import next from 'next';
import { front } from '#lib/server/http/front/front.ts';
import { booted } from '#lib/server/runtime/booted.ts';
import { drain } from '#lib/server/runtime/drain.ts';
import { serverEnv } from '#lib/server/runtime/env.ts';

/** Serves the built app, or the sources with hot reload, until SIGTERM or SIGINT. Resolves when it listens. */
export async function serve({ isDevelopment }: { isDevelopment: boolean }): Promise<void> {
  const env = serverEnv();
  const admit = front(env);
  process.env.LATCHKEY_FRONT = 'server';
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000 });
  let isStopping = false;
  const stop = () => {
    // The supervisor and a service manager may both send a signal.
    if (isStopping) return;
    isStopping = true;
    server.close(() => void drain().then(() => process.exit(0)));
    // `close` ends what is idle by then. A connection whose request is under way becomes idle later.
    setInterval(() => server.closeIdleConnections(), 100);
    // The supervisor kills a worker that is still there 10 s after the signal.
    setTimeout(() => process.exit(0), 9_000).unref();
  };
  // Before anything that may take long: a start that waits for its database can be stopped too.
  process.on('SIGTERM', stop).on('SIGINT', stop);
  const app = next({ dev: isDevelopment, httpServer: server, port: env.PORT });
  await app.prepare();
  // Next boots the app, but does not wait for that.
  await booted();
  const handle = app.getRequestHandler();
  server.on('connect', (_request, socket) => socket.end('HTTP/1.1 501 Not Implemented\r\nConnection: close\r\n\r\n'));
  server.on('request', (request, response) => {
    if (isStopping) response.setHeader('Connection', 'close');
    if (admit(request, response)) void handle(request, response);
  });
  await listen(server, env.PORT);
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
