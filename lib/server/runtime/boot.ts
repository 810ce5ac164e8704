import 'server-only';
import { migrate } from '#db/index.ts';
import { issuedAtLeewaySeconds } from '#lib/core/policy.ts';
import { paths } from '#lib/core/routes.ts';
import { hasOutboxPage, isMailOn } from '#lib/core/settings.ts';
import { keyProblem } from '#lib/server/crypto/access-token.ts';
import { startSender } from '#lib/server/mail/sender.ts';
import { sayBooted } from './booted.ts';
import { createContainer, setContainer } from './container.ts';
import { onceThere } from './database-start.ts';
import { onDrain } from './drain.ts';
import { isBehindOwnServer, isTraced, serverEnv } from './env.ts';
import { startPurge } from './purge.ts';
import { endWith, StartProblem } from './start-problem.ts';

/**
 * Checks the settings, migrates the database, makes the container and starts the purge. Ends the process if any of it
 * fails: Next would log that, say that it is ready, and answer 500 to everything.
 */
export async function boot(): Promise<void> {
  await bootOrThrow().catch(endWith);
  sayBooted();
}

async function bootOrThrow(): Promise<void> {
  const env = serverEnv();
  const problem = await keyProblem(env.ACCESS_TOKEN_KEYS);
  if (problem) throw new StartProblem(problem);
  const deps = await onceThere(env, async () => {
    await migrate(env.DATABASE_URL);
    return createContainer(env);
  });
  setContainer(deps);
  const stopPurge = startPurge(deps);
  const stopSender = isMailOn(env) ? startSender(deps) : async () => {};
  onDrain(async () => {
    await Promise.all([stopPurge(), stopSender()]);
    await deps.store.close();
  });
  if (isTraced()) (await import('#lib/server/observability/tracing.ts')).startTracing();
  const offBySeconds = Math.abs(deps.clock().getTime() - Date.now()) / 1000;
  if (offBySeconds > issuedAtLeewaySeconds / 2)
    deps.log.warn(`This machine's clock is ${Math.round(offBySeconds)} s from the database's. Set it by NTP.`);
  if (env.RATE_LIMITS === 'off')
    deps.log.warn('RATE_LIMITS is off: nothing stops password guessing. For load tests only.');
  if (env.SMTP_URL?.tls === 'off')
    deps.log.warn(
      'SMTP_URL says tls=off: mails and the links in them travel in clear. For a server on this machine only.',
    );
  if (hasOutboxPage(env) && isBehindOwnServer())
    deps.log.info(`No SMTP server is set: mails are read at ${env.APP_URL}${paths.outbox}, on this machine only.`);
  if (!isBehindOwnServer())
    deps.log.warn('Served without server.ts: no client address is trusted, so per-address limits share one bucket.');
}
