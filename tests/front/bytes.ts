/** Short requests, as bytes. */
import type { Person } from '#tests/fuzz/world.ts';

/** Every method that the API knows. */
export const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

interface More {
  /** Lines of the head. */
  headers?: readonly string[];
  body?: string;
  version?: string;
}

/** Writes a request that is the last of its connection. */
export function request(method: string, target: string, more: More = {}): string {
  return head(method, target, { ...more, headers: ['Connection: close', ...(more.headers ?? [])] }) + (more.body ?? '');
}

/** Writes a request that others may follow. */
export function kept(method: string, target: string, more: More = {}): string {
  return head(method, target, more) + (more.body ?? '');
}

function head(method: string, target: string, { headers = [], body, version = 'HTTP/1.1' }: More): string {
  const length = body === undefined ? [] : [`Content-Length: ${body.length}`, 'Content-Type: application/json'];
  return [`${method} ${target} ${version}`, 'Host: localhost:3000', ...headers, ...length, '', ''].join('\r\n');
}

/** Returns the header line of somebody's access token. */
export function bearer({ tokens }: Person): string {
  return `Authorization: Bearer ${tokens.access}`;
}

/** Returns the header line of somebody's cookies. */
export function cookies({ tokens }: Person): string {
  return `Cookie: latchkey-refresh=${tokens.refresh}; latchkey-session=${tokens.session}`;
}
