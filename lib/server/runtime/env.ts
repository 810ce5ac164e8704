import { parseServerSettings, type ServerSettings } from '#lib/core/settings.ts';

let settings: ServerSettings | undefined;

/** All settings, read once. Throws with every problem in its message, one a line; never with a value. */
export function serverEnv(): ServerSettings {
  if (!settings) {
    const parsed = parseServerSettings(process.env);
    if (!parsed.ok)
      throw new Error(`These settings are not valid:\n${parsed.problems.map((line) => `  ${line}`).join('\n')}`);
    settings = parsed.settings;
  }
  return settings;
}

/** Whether server.ts stands in front: it alone sets the client's address from the socket. */
export function isBehindOwnServer(): boolean {
  return process.env.LATCHKEY_FRONT === 'server';
}

/** Whether the standard OpenTelemetry variables name a collector. Its libraries read the rest of them by themselves. */
export function isTraced(): boolean {
  const { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, OTEL_SDK_DISABLED, OTEL_TRACES_EXPORTER } =
    process.env;
  const isNamed = Boolean(OTEL_EXPORTER_OTLP_ENDPOINT || OTEL_EXPORTER_OTLP_TRACES_ENDPOINT);
  return isNamed && OTEL_SDK_DISABLED !== 'true' && OTEL_TRACES_EXPORTER !== 'none';
}
