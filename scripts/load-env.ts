import { existsSync } from 'node:fs';
import { settingNames } from '#lib/core/settings.ts';

/** Names of the settings files. Of several that name a variable, the first one counts. */
export const settingsFiles = ['.env.local', '.env'];

takeOutEmpty();
const given = new Set(Object.keys(process.env));

/** Reads the settings files into the environment. A setting that the environment had before wins, unless it is empty. */
export function loadEnv(): void {
  for (const file of settingsFiles) {
    if (existsSync(file)) process.loadEnvFile(file);
    takeOutEmpty();
  }
}

/** Takes empty settings out of the environment. Node would let them win over a file that has a value. */
function takeOutEmpty(): void {
  for (const name of settingNames) if (process.env[name]?.trim() === '') delete process.env[name];
}

/** Tells whether a variable came from the environment, so that the settings files do not count for it. */
export function isInEnvironment(name: string): boolean {
  return given.has(name);
}
