import type { Instrumentation } from 'next';

/** Boots the app. Next calls this once when a server process starts, under server.ts and `next start` alike. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  const { boot } = await import('#lib/server/runtime/boot.ts');
  await boot();
}

/** Logs an error that a page threw while it was rendered. Handlers log their own. */
export const onRequestError: Instrumentation.onRequestError = async (error, request, context) => {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  const { logPageFault } = await import('#lib/server/observability/page-fault.ts');
  logPageFault(error, request.headers['x-request-id'], context.routePath);
};
