import 'server-only';
import { migrate } from '#db/index.ts';
import { createContainer, setContainer } from './container.ts';
import { keyProblem } from './crypto/access-token.ts';
import { onDrain } from './drain.ts';
import { isBehindOwnServer, isTraced, serverEnv } from './env.ts';
import { startPurge } from './purge.ts';

/** Checks the settings, migrates the database and makes the container. Throws with every problem named. */
export async function boot(): Promise<void> {
  const env = serverEnv();
  const problem = await keyProblem(env.ACCESS_TOKEN_KEYS);
  if (problem) throw new Error(problem);
  await migrate(env.DATABASE_URL);
  const deps = await createContainer(env);
  setContainer(deps);
  const stopPurge = startPurge(deps);
  onDrain(() => stopPurge().then(deps.store.close));
  if (isTraced()) (await import('./tracing.ts')).startTracing();
  if (env.RATE_LIMITS === 'off')
    deps.log.warn('RATE_LIMITS is off: nothing stops password guessing. For load tests only.');
  if (!isBehindOwnServer())
    deps.log.warn('Served without server.ts: no client address is trusted, so per-address limits share one bucket.');
}
