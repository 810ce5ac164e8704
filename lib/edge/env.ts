import { type EdgeSettings, parseEdgeSettings } from '#lib/core/settings.ts';

let settings: EdgeSettings | undefined;

/** The settings that the middleware needs. Boot has checked them; this throws when something else serves the app unchecked. */
export function edgeEnv(): EdgeSettings {
  if (!settings) {
    const parsed = parseEdgeSettings(process.env);
    if (!parsed.ok) throw new Error(`Settings are not valid: ${parsed.problems.join('; ')}`);
    settings = parsed.settings;
  }
  return settings;
}
