/** Serves Next's handler by node:http. `lib/server/http/front/` has the checks that every request passes first. */
import { addAbortListener, once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { resolve } from 'node:path';
import next from 'next';
import { AppError } from '#lib/core/errors.ts';
import type { ServerSettings } from '#lib/core/settings.ts';
import { direct, type Handle } from '#lib/server/http/front/direct.ts';
import { front } from '#lib/server/http/front/front.ts';
import { refuse } from '#lib/server/http/front/refusal.ts';
import { type Logger, logFault, logger } from '#lib/server/observability/log.ts';
import { booted } from '#lib/server/runtime/booted.ts';
import { drain } from '#lib/server/runtime/drain.ts';
import { serverEnv } from '#lib/server/runtime/env.ts';

interface Serving {
  isDevelopment: boolean;
  /** Aborts when the server has to end. */
  stopping: AbortSignal;
}
type Choice = Pick<ServerSettings, 'FRONT' | 'PORT'> & { log: Logger; isDevelopment: boolean };

/** Serves the built app, or the sources with hot reload, until `stopping`. Resolves when it listens. */
export async function serve({ isDevelopment, stopping }: Serving): Promise<void> {
  const env = serverEnv();
  const admit = front(env);
  const log = logger(env.LOG_LEVEL);
  process.env.LATCHKEY_FRONT = 'server';
  const server = createServer({
    headersTimeout: 10_000,
    requestTimeout: 30_000,
    keepAliveTimeout: env.KEEP_ALIVE_SECONDS * 1000,
  });
  const finish = async () => {
    await app.close();
    await drain();
    process.exit(0);
  };
  // Before anything that may take long: a start that waits for its database can be stopped too.
  addAbortListener(stopping, () => {
    server.close(() => void finish());
    // `close` ends what is idle by then. A connection whose request is under way becomes idle later.
    setInterval(() => server.closeIdleConnections(), 100);
    // The supervisor kills a worker that is still there 10 s later.
    setTimeout(() => process.exit(0), 9_000).unref();
  });
  const app = next({ dev: isDevelopment, httpServer: server, port: env.PORT });
  await app.prepare();
  // Next boots the app, but does not wait for that.
  await booted();
  const handle = await chooseHandle(app.getRequestHandler(), { ...env, log, isDevelopment });
  server.on('connect', (_request, socket) => socket.end('HTTP/1.1 501 Not Implemented\r\nConnection: close\r\n\r\n'));
  server.on('request', (request, response) => {
    if (stopping.aborted) response.setHeader('Connection', 'close');
    if (!admit(request, response)) return;
    handle(request, response).catch((error) => {
      logFault(log, error);
      refuse(response, new AppError('server_error'));
      // Where the answer has begun, all that can be done is to end it.
      response.end();
    });
  });
  await listen(server, env);
}

/** Returns the function that answers requests: `direct` where FRONT and the build allow it, else Next's. */
async function chooseHandle(router: Handle, { FRONT, PORT, log, isDevelopment }: Choice): Promise<Handle> {
  if (FRONT === 'next' || isDevelopment) return router;
  try {
    return await direct(resolve('.next'), PORT, router);
  } catch (error) {
    // Hides a parser's message: it may quote the file, which holds keys.
    const reason = error instanceof Error && !(error instanceof SyntaxError) ? error.message : 'SyntaxError';
    log.warn({ event: 'front_fallback', reason }, 'API requests go through Next’s router, which is slower.');
    return router;
  }
}

async function listen(server: Server, { PORT, HOST }: ServerSettings): Promise<void> {
  const reasons: Record<string, string> = {
    EADDRINUSE: `PORT ${PORT} is taken by another program. Set another one, or stop that.`,
    EACCES: `PORT ${PORT} needs rights that this user lacks. Set another one, above 1023.`,
    EADDRNOTAVAIL: `HOST ${HOST} is no address of this machine. Set one that is, or none for all of them.`,
    ENOTFOUND: `HOST ${HOST} has no address. Set one of this machine, or none for all of them.`,
  };
  try {
    server.listen({ port: PORT, host: HOST });
    await once(server, 'listening');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? reasons[String(error.code)] : undefined;
    if (!reason) throw error;
    console.error(reason);
    process.exit(1);
  }
}
