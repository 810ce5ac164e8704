/**
 * Makes missing secrets, checks the settings, builds if needed, migrates and serves. scripts/start.ts loads this file.
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { migrate } from '#db/index.ts';
import { keyProblem } from '#lib/server/crypto/access-token.ts';
import { onceThere } from '#lib/server/runtime/database-start.ts';
import { serverEnv } from '#lib/server/runtime/env.ts';
import { endWith, StartProblem } from '#lib/server/runtime/start-problem.ts';
import { buildIfNeeded } from './build-if-needed.ts';
import { loadEnv } from './load-env.ts';
import { makeMissingSecrets } from './secrets.ts';
import { abortOnSignal, endOnSignal } from './signals.ts';

const isDevelopment = process.argv.includes('--dev');
const isBuildOnly = process.argv.includes('--build');
process.chdir(fileURLToPath(new URL('..', import.meta.url)));
Object.assign(process.env, { NODE_ENV: isDevelopment ? 'development' : 'production' });

// Until the server or the supervisor has listeners of its own: a signal that finds none is lost.
const stopEnding = endOnSignal(0);
if (!isBuildOnly) await prepareSettings();
if (!isDevelopment) await buildIfNeeded();
if (!isBuildOnly) {
  await start();
  console.log(`Latchkey is ready on ${serverEnv().APP_URL}`);
}

/** Starts the server: in this process for one worker, under a supervisor for several. */
async function start(): Promise<void> {
  const env = serverEnv();
  const { LATCHKEY_WORKERS = Math.min(availableParallelism(), 64), DATABASE_URL } = env;
  if (isDevelopment || LATCHKEY_WORKERS === 1) {
    const { serve } = await import('../server.ts');
    const serving = serve({ isDevelopment, stopping: abortOnSignal() });
    stopEnding();
    return serving;
  }
  await onceThere(env, () => migrate(DATABASE_URL)).catch(endWith);
  const { supervise } = await import('./supervise.ts');
  const supervising = supervise(LATCHKEY_WORKERS);
  stopEnding();
  return supervising;
}

async function prepareSettings(): Promise<void> {
  // Once for the secrets that the files have already, and again for those that were made.
  loadEnv();
  const made = await makeMissingSecrets('.env.local').catch(endWith);
  if (made.length > 0) console.log(`Made ${made.join(', ')} in .env.local. Keep that file secret, and keep it.`);
  loadEnv();
  try {
    const problem = await keyProblem(serverEnv().ACCESS_TOKEN_KEYS);
    if (problem) throw new StartProblem(`These settings are not valid:\n  ${problem}`);
  } catch (error) {
    endWith(error);
  }
}
