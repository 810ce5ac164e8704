import type { Instrumentation } from 'next';

/** Runs once when a server process starts, whichever server that is. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  const { boot } = await import('#lib/server/runtime/boot.ts');
  await boot();
}

/** What a page threw while it was rendered; handlers answer for themselves. */
export const onRequestError: Instrumentation.onRequestError = async (error, request, context) => {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  const { logPageFault } = await import('#lib/server/observability/page-fault.ts');
  logPageFault(error, request.headers['x-request-id'], context.routePath);
};
