/** Works around faults of Next; each workaround says what goes wrong without it. Check each when Next is upgraded. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseAndValidateFlightRouterState } from 'next/dist/server/app-render/parse-and-validate-flight-router-state.js';
import { routerStateMaxLength } from '#lib/core/policy.ts';
import { isApiPath } from '#lib/core/routes.ts';

/** Protects a request and its answer from the faults of Next that this file lists. */
export function workAroundNext(request: IncomingMessage, response: ServerResponse): void {
  dropOddHeaders(request);
  catchLateErrors(request, response);
  // Next flushes the headers in a packet of their own, right before the first bytes of the body: one packet will do.
  response.flushHeaders = () => {};
}

/**
 * Removes headers of Next's router that make no sense. Next answers `RSC` on an API path with a redirect to the same
 * path with a parameter and without Cache-Control. It answers 500 to an invalid router state and takes half a second to
 * read a long one; without a router state it sends the whole page.
 */
function dropOddHeaders({ url = '', headers }: IncomingMessage): void {
  if (isApiPath(url.split('?', 1)[0] ?? '')) delete headers.rsc;
  const state = headers['next-router-state-tree'];
  if (headers.rsc === undefined || !isRouterState(state)) delete headers['next-router-state-tree'];
}

/** Checks a router state as Next's own renderer does. The check is the only import of Next's internals. */
function isRouterState(state: string | string[] | undefined): boolean {
  try {
    return (state?.length ?? 0) <= routerStateMaxLength && parseAndValidateFlightRouterState(state) !== undefined;
  } catch {
    return false;
  }
}

/**
 * Adds an error listener to the request once its connection closes. Behind the middleware Next replaces the request's
 * internals by another stream's, and earlier listeners are lost: a connection that ends in bytes that are not HTTP
 * would throw an uncaught exception.
 */
function catchLateErrors(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request;
  const listen = () => request.on('error', () => {});
  socket.prependOnceListener('close', listen);
  response.once('close', () => socket.removeListener('close', listen));
}
