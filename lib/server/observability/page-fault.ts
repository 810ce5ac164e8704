import 'server-only';
import { container } from '#lib/server/runtime/container.ts';
import { isBehindOwnServer } from '#lib/server/runtime/env.ts';
import { logFault } from './log.ts';

/**
 * Logs an error that a page threw, with Next's digest of it. The error page shows the digest as its reference, so that
 * support can find the log line, and with it the request.
 */
export function logPageFault(error: unknown, requestId: string | string[] | undefined, route: string): void {
  const digest = error instanceof Error && 'digest' in error ? String(error.digest) : undefined;
  logFault(container().log, error, {
    requestId: isBehindOwnServer() ? requestId?.toString() : undefined,
    digest,
    route,
  });
}
