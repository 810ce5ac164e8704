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
