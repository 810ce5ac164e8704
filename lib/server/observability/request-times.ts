import type { IncomingMessage, ServerResponse } from 'node:http';
import { Histogram } from 'prom-client';
import { routeTemplate } from '#lib/core/routes.ts';

/** Durations of requests, kept in prom-client's default registry, which server.ts and Next's bundle share. */
const durations = new Histogram({
  name: 'latchkey_request_duration_seconds',
  help: 'From the request line to the last byte of the answer',
  labelNames: ['route', 'method', 'status'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});

/** Measures how long an answer takes, in seconds. Labels have few values: a route's template, never an id or query. */
export function timeRequest(request: IncomingMessage, response: ServerResponse): void {
  const start = performance.now();
  const { method = '', url = '' } = request;
  response.once('finish', () => {
    const status = `${Math.floor(response.statusCode / 100)}xx`;
    durations.labels(routeTemplate(url), method, status).observe((performance.now() - start) / 1000);
  });
}
