import { existsSync } from 'node:fs';

/** The settings' files, the first to name a variable wins. */
export const settingsFiles = ['.env.local', '.env'];

const given = new Set(Object.keys(process.env));

/** Reads the settings' files as Next does: the environment wins over them. */
export function loadEnv(): void {
  for (const file of settingsFiles) if (existsSync(file)) process.loadEnvFile(file);
}

/** Whether the environment names it, so that the files do not count. */
export function isInEnvironment(name: string): boolean {
  return given.has(name);
}
