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
