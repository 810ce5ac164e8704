type Level = 'info' | 'warn' | 'error';

/** One JSON line. Callers pass nothing that is or may hold a token, a password, an e-mail address or a query. */
export function log(level: Level, message: string, fields: Record<string, string | number> = {}): void {
  const line = JSON.stringify({ time: new Date().toISOString(), level, message, ...fields });
  (level === 'error' ? console.error : console.warn)(line);
}

/** An error without its message, which may quote what a person sent: its name, and where it came from. */
export function logFault(error: unknown, requestId: string): void {
  const isError = error instanceof Error;
  const frames = isError ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  log('error', 'A request failed', {
    requestId,
    name: isError ? error.name : typeof error,
    at: frames
      .slice(0, 6)
      .map((line) => line.trim())
      .join(' < '),
  });
}
