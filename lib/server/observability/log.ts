import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino';
import type { ServerSettings } from '#lib/core/settings.ts';

export type { Logger };

/** Names of fields that are removed from log lines, should a caller pass one by mistake. */
const secrets = ['email', 'password', 'token', 'access_token', 'refresh_token', 'cookie', 'authorization', 'secret'];

/** Makes a log of JSON lines, written synchronously to standard output so that none is lost when the process ends. */
export function logger(
  level: ServerSettings['LOG_LEVEL'],
  to: DestinationStream = destination({ sync: true }),
): Logger {
  return pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secrets.flatMap((name) => [name, `*.${name}`]), remove: true },
    },
    to,
  );
}

/** Logs an error's name, code and first stack frames, but not its message, which may quote a user's input. */
export function logFault(log: Logger, error: unknown, about: Record<string, string | undefined> = {}): void {
  const isError = error instanceof Error;
  const frames = isError ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  const at = frames
    .slice(0, 6)
    .map((line) => line.trim())
    .join(' < ');
  // A code of the database or the system is a fixed word, so it quotes no input.
  const code = isError && 'code' in error && /^\w{1,40}$/.test(String(error.code)) ? String(error.code) : undefined;
  log.error({ event: 'fault', ...about, name: isError ? error.name : typeof error, code, at }, 'A request failed');
}
