import 'server-only';
import { container } from '#lib/server/runtime/container.ts';
import { isBehindOwnServer } from '#lib/server/runtime/env.ts';
import { logFault } from './log.ts';

/**
 * Logs what a page threw, with the digest that Next made of it: the error page shows that as its reference, so that whoever
 * is told one finds the line, and with it the request.
 */
export function logPageFault(error: unknown, requestId: string | string[] | undefined, route: string): void {
  const digest = error instanceof Error && 'digest' in error ? String(error.digest) : undefined;
  logFault(container().log, error, {
    requestId: isBehindOwnServer() ? requestId?.toString() : undefined,
    digest,
    route,
  });
}
