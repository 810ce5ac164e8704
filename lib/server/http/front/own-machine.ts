import type { IncomingMessage } from 'node:http';
import { clientAddress } from '#lib/core/limits/address.ts';
import { ownMachineHeader, paths } from '#lib/core/routes.ts';
import { hasOutboxPage, type MailSettings } from '#lib/core/settings.ts';

/**
 * Makes the function that sets `ownMachineHeader` on a request for /outbox if there is such a page and a browser on this very
 * machine sent it, and takes it off every other request. It cannot see a tunnel that carries bare TCP to this machine.
 */
export function ownMachine(settings: MailSettings): (request: IncomingMessage) => void {
  const { host } = new URL(settings.APP_URL);
  const isThere = hasOutboxPage(settings);
  return (request) => {
    const { url = '', headers } = request;
    delete headers[ownMachineHeader];
    if (!isAsked.test(url)) return;
    if (isThere && isFromHere(request, host)) headers[ownMachineHeader] = '1';
    // Next answers a flight with 200, even if its page calls notFound().
    else delete headers.rsc;
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
