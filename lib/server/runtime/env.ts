import { parseServerSettings, type ServerSettings } from '#lib/core/settings.ts';

let settings: ServerSettings | undefined;

/** Returns all settings, read once. Throws an error that names every problem, one per line, and quotes no value. */
export function serverEnv(): ServerSettings {
  if (!settings) {
    const parsed = parseServerSettings(process.env);
    if (!parsed.ok)
      throw new Error(`These settings are not valid:\n${parsed.problems.map((line) => `  ${line}`).join('\n')}`);
    settings = parsed.settings;
  }
  return settings;
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
