import { existsSync } from 'node:fs';

/** Names of the settings files. Of several that name a variable, the first one counts. */
export const settingsFiles = ['.env.local', '.env'];

const given = new Set(Object.keys(process.env));

/** Reads the settings files into the environment. A variable that the environment had before wins. */
export function loadEnv(): void {
  for (const file of settingsFiles) if (existsSync(file)) process.loadEnvFile(file);
}

/** Tells whether a variable came from the environment, so that the settings files do not count for it. */
export function isInEnvironment(name: string): boolean {
  return given.has(name);
}
