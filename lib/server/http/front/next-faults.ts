/** Faults of Next that are mended around it, each with what goes wrong without the mend. An upgrade of Next has to try them. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseAndValidateFlightRouterState } from 'next/dist/server/app-render/parse-and-validate-flight-router-state.js';
import { routerStateMaxLength } from '#lib/core/policy.ts';
import { isApiPath } from '#lib/core/routes.ts';

/** Mends what Next would do to this request and its answer. */
export function mendNext(request: IncomingMessage, response: ServerResponse): void {
  dropOddHeaders(request);
  catchLateErrors(request, response);
  // Next sends the headers by themselves and the first bytes right after: one packet will do.
  response.flushHeaders = () => {};
}

/**
 * Takes away headers of Next's router where they make no sense. `RSC` on an API path is answered by a redirect to the same path
 * with a parameter, and without Cache-Control. A router state that is none is a 500, and a long one is read for half a second;
 * without one Next sends the whole page.
 */
function dropOddHeaders({ url = '', headers }: IncomingMessage): void {
  if (isApiPath(url.split('?', 1)[0] ?? '')) delete headers.rsc;
  const state = headers['next-router-state-tree'];
  if (headers.rsc === undefined || !isRouterState(state)) delete headers['next-router-state-tree'];
}

/** Asks Next's own check, the one import of its internals: what that lets through, the renderer reads. */
function isRouterState(state: string | string[] | undefined): boolean {
  try {
    return (state?.length ?? 0) <= routerStateMaxLength && parseAndValidateFlightRouterState(state) !== undefined;
  } catch {
    return false;
  }
}

/**
 * Keeps a listener for errors on the request. Behind the middleware Next puts another stream's insides into it, and what listened
 * before is gone: a connection that breaks off over bytes that are no HTTP would be an uncaught exception.
 */
function catchLateErrors(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request;
  const listen = () => request.on('error', () => {});
  socket.prependOnceListener('close', listen);
  response.once('close', () => socket.removeListener('close', listen));
}
