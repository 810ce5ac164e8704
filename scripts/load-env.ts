import { existsSync } from 'node:fs';

/** Reads the settings' files as Next does: the first to name a variable wins, the environment before .env.local before .env. */
export function loadEnv(): void {
  for (const file of ['.env.local', '.env']) if (existsSync(file)) process.loadEnvFile(file);
}
