/** What stands between the socket and Next: it alone knows the socket, so it alone says what the client's address is. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '#lib/core/errors.ts';
import { clientAddress } from '#lib/core/limits/address.ts';
import type { ServerSettings } from '#lib/core/settings.ts';
import { privateNoStore } from '#lib/edge/respond.ts';
import { headersOfEveryAnswer, strictTransportSecurity } from '#lib/edge/security-headers.ts';
import { logger } from '#lib/server/observability/log.ts';
import { logRefusal } from '#lib/server/observability/refusals.ts';
import { timeRequest } from '#lib/server/observability/request-times.ts';
import { limitBody } from './body-limit.ts';
import { mendNext } from './next-faults.ts';
import { refusalOf, refuse } from './refusal.ts';

/** Prepares a request for Next. False: it was refused, and is answered. */
export type Admit = (request: IncomingMessage, response: ServerResponse) => boolean;

type FrontSettings = Pick<ServerSettings, 'APP_URL' | 'LOG_LEVEL' | 'TRUSTED_PROXY_HOPS'>;

/** Makes what every request passes first: headers of every answer, an id, refusals, limits, the client's address. */
export function front({ APP_URL, LOG_LEVEL, TRUSTED_PROXY_HOPS }: FrontSettings): Admit {
  const log = logger(LOG_LEVEL);
  const headers = [...headersOfEveryAnswer, ...(APP_URL.startsWith('https:') ? [strictTransportSecurity] : [])];
  return (request, response) => {
    for (const { key, value } of headers) response.setHeader(key, value);
    if (!isForAnyone.test(request.url ?? '')) response.setHeader('Cache-Control', privateNoStore['Cache-Control']);
    identify(request, response);
    const refusal = refusalOf(request);
    if (refusal) {
      refuse(response, refusal);
      return false;
    }
    mendNext(request, response);
    limitBody(request, () => refuse(response, new AppError('payload_too_large')));
    timeRequest(request, response);
    logRefusal(log, request, response);
    trustAddress(request, TRUSTED_PROXY_HOPS);
    return true;
  };
}

/** Matches files and keys, which say themselves how long they may be kept. All else is for whoever asked: Next's redirects too. */
const isForAnyone = /^\/(_next\/static\/|icon\.svg(\?|$)|\.well-known\/)/;

/** Ties what the client sees to what the log says. An id that the client sent is not believed. */
function identify(request: IncomingMessage, response: ServerResponse): void {
  const requestId = randomUUID();
  request.headers['x-request-id'] = requestId;
  response.setHeader('X-Request-Id', requestId);
}

/** Overwrites `X-Forwarded-For` by the address that may be believed, whatever the client sent. */
function trustAddress({ headers, socket }: IncomingMessage, hops: number): void {
  const forwarded = headers['x-forwarded-for'];
  const claimed = Array.isArray(forwarded) ? forwarded.join(',') : forwarded;
  headers['x-forwarded-for'] = clientAddress(socket.remoteAddress, claimed, hops);
}
