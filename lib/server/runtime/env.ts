import {
  type DatabaseSettings,
  type Parsed,
  parseDatabaseSettings,
  parseServerSettings,
  type ServerSettings,
} from '#lib/core/settings.ts';
import { StartProblem } from './start-problem.ts';

let settings: ServerSettings | undefined;

/** Returns all settings, read once. Throws a `StartProblem` that names every problem, one per line. */
export function serverEnv(): ServerSettings {
  settings ??= valid(parseServerSettings(process.env));
  return settings;
}

/** Returns the settings that a migration needs, without asking for any secret. Throws as `serverEnv` does. */
export function databaseEnv(): DatabaseSettings {
  return valid(parseDatabaseSettings(process.env));
}

function valid<T>(parsed: Parsed<T>): T {
  if (parsed.ok) return parsed.settings;
  throw new StartProblem(`These settings are not valid:\n${parsed.problems.map((line) => `  ${line}`).join('\n')}`);
}

/** Tells whether server.ts is in front. Otherwise no client address and no request id in a header can be trusted. */
export function isBehindOwnServer(): boolean {
  return process.env.LATCHKEY_FRONT === 'server';
}

/** Tells whether the standard OpenTelemetry variables name a collector. Its libraries read the other variables. */
export function isTraced(): boolean {
  const { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, OTEL_SDK_DISABLED, OTEL_TRACES_EXPORTER } =
    process.env;
  const isNamed = Boolean(OTEL_EXPORTER_OTLP_ENDPOINT || OTEL_EXPORTER_OTLP_TRACES_ENDPOINT);
  return isNamed && OTEL_SDK_DISABLED !== 'true' && OTEL_TRACES_EXPORTER !== 'none';
}
