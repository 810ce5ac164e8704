/** Handles requests between the socket and Next. Only here is the socket known, and so the client's address. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '#lib/core/errors.ts';
import { clientAddress } from '#lib/core/limits/address.ts';
import type { MailSettings, ServerSettings } from '#lib/core/settings.ts';
import { privateNoStore } from '#lib/edge/respond.ts';
import { headersOfEveryAnswer, strictTransportSecurity } from '#lib/edge/security-headers.ts';
import { logger } from '#lib/server/observability/log.ts';
import { timeRequest } from '#lib/server/observability/request-times.ts';
import { limitBody } from './body-limit.ts';
import { logRefusal } from './log-refusal.ts';
import { workAroundNext } from './next-faults.ts';
import { ownMachine } from './own-machine.ts';
import { refusalOf, refuse } from './refusal.ts';

/** Prepares a request for Next. Returns false when it was refused instead; then it has been answered. */
export type Admit = (request: IncomingMessage, response: ServerResponse) => boolean;

type FrontSettings = Pick<ServerSettings, 'LOG_LEVEL' | 'PORT' | 'TRUSTED_PROXY_HOPS'> & MailSettings;

/** Makes the function that every request passes first: headers, request id, refusals, limits, the client's address. */
export function front(settings: FrontSettings): Admit {
  const { APP_URL, LOG_LEVEL, PORT, TRUSTED_PROXY_HOPS } = settings;
  const log = logger(LOG_LEVEL);
  const headers = [...headersOfEveryAnswer, ...(APP_URL.startsWith('https:') ? [strictTransportSecurity] : [])];
  const markOwnMachine = ownMachine(settings);
  let isWarned = false;
  return (request, response) => {
    for (const { key, value } of headers) response.setHeader(key, value);
    if (!isCacheable.test(request.url ?? '')) response.setHeader('Cache-Control', privateNoStore['Cache-Control']);
    assignRequestId(request, response);
    const refusal = refusalOf(request);
    if (refusal) {
      refuse(response, refusal);
      return false;
    }
    // Judges what came: below, headers are changed and added.
    markOwnMachine(request);
    workAroundNext(request, response);
    limitBody(request, () => refuse(response, new AppError('payload_too_large')));
    timeRequest(request, response);
    logRefusal(log, request, response, APP_URL);
    if (TRUSTED_PROXY_HOPS === 0 && !isWarned && isForwarded(request)) {
      isWarned = true;
      log.warn({ event: 'untrusted_proxy' }, untrustedProxy);
    }
    setClientAddress(request, TRUSTED_PROXY_HOPS);
    nameServer(request, PORT);
    return true;
  };
}

const untrustedProxy =
  'A request came with X-Forwarded-For or Forwarded, and TRUSTED_PROXY_HOPS is 0. If a proxy sent it, all people share the proxy’s address and its limits: set TRUSTED_PROXY_HOPS to the number of proxies. Without a proxy a client made it up, and 0 is right.';

/** Tells whether a request came through a proxy, or says so. */
function isForwarded({ headers }: IncomingMessage): boolean {
  return headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined;
}

/** Matches files and keys, which set their own Cache-Control. All other answers are private, even Next's redirects. */
const isCacheable = /^\/(_next\/static\/|icon\.svg(\?|$)|\.well-known\/)/;

/** Sets a new `X-Request-Id` on request and answer, so that log and client agree on it. Ignores one from the client. */
function assignRequestId(request: IncomingMessage, response: ServerResponse): void {
  const requestId = randomUUID();
  request.headers['x-request-id'] = requestId;
  response.setHeader('X-Request-Id', requestId);
}

/** Overwrites `X-Forwarded-For` with the one address that can be trusted, whatever the client sent. */
function setClientAddress({ headers, socket }: IncomingMessage, hops: number): void {
  const forwarded = headers['x-forwarded-for'];
  const claimed = Array.isArray(forwarded) ? forwarded.join(',') : forwarded;
  headers['x-forwarded-for'] = clientAddress(socket.remoteAddress, claimed, hops);
}

/** Adds the `X-Forwarded-` headers that Next's router would add. Keeps those that came, a client's too. */
function nameServer({ headers }: IncomingMessage, port: number): void {
  headers['x-forwarded-host'] ??= headers.host ?? 'localhost';
  headers['x-forwarded-port'] ??= String(port);
  headers['x-forwarded-proto'] ??= 'http';
}
