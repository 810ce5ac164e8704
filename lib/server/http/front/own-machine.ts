import type { IncomingMessage } from 'node:http';
import { clientAddress } from '#lib/core/limits/address.ts';
import { ownMachineHeader, paths } from '#lib/core/routes.ts';

/**
 * Makes the function that sets `ownMachineHeader` on a request for /outbox if a browser on this very machine sent it, and
 * takes it off every other request. The header holds nothing against a tunnel that carries bare TCP to this machine.
 */
export function ownMachine(appUrl: string): (request: IncomingMessage) => void {
  const { host } = new URL(appUrl);
  return (request) => {
    delete request.headers[ownMachineHeader];
    if (isAsked.test(request.url ?? '') && isFromHere(request, host)) request.headers[ownMachineHeader] = '1';
  };
}

/** Matches the page's address as browsers write it. Written in any other way it leads to a 404. */
const isAsked = new RegExp(`^${paths.outbox}(?:\\?|$)`);
/** Matches the names of headers that proxies add. */
const ofProxies = /^(?:forwarded$|via$|x-forwarded)/;

/**
 * Decides whether a request came over this machine's loopback, to the app's own name, through no proxy that says so, and not
 * by a link or a script of another site.
 */
function isFromHere({ headers, socket }: IncomingMessage, host: string): boolean {
  const site = headers['sec-fetch-site'];
  return (
    /^(?:127\.|::1$)/.test(clientAddress(socket.remoteAddress, undefined, 0)) &&
    headers.host?.toLowerCase() === host &&
    !Object.keys(headers).some((name) => ofProxies.test(name)) &&
    (site === undefined || site === 'none' || site === 'same-origin')
  );
}
