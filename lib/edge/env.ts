import { z } from 'zod';
import { type EdgeSettings, parseEdgeSettings } from '#lib/core/settings.ts';

let settings: EdgeSettings | undefined;

/** Returns the middleware's settings, read once. Throws when they are invalid, which boot has normally ruled out. */
export function edgeEnv(): EdgeSettings {
  if (!settings) {
    const parsed = parseEdgeSettings(process.env);
    if (!parsed.ok) throw new Error(`Settings are not valid: ${parsed.problems.join('; ')}`);
    settings = parsed.settings;
  }
  return settings;
}

let files: ReadonlySet<string> | undefined;

/** Decides whether a path is that of a file in public/. next.config.mjs writes the list into the build. */
export function isPublicFile(path: string): boolean {
  files ??= new Set(z.array(z.string()).parse(JSON.parse(process.env.LATCHKEY_PUBLIC_FILES ?? '[]')));
  return files.has(path);
}
