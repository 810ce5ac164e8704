/** Names of headers that Next's own files give a meaning to, as they are installed: those of a later Next are tried, too. */
import { globSync, readFileSync } from 'node:fs';
import { runs } from '#tests/support/depth.ts';

const files = ['server/**/*.js', 'build/templates/*.js', 'lib/constants.js', 'client/components/app-router-headers.js'];
/** Matches what is written as a header of Next's: in small letters, and for itself. */
const name = /(?<=(['"`]))(?:(?:x|next|rsc|purpose|sec-purpose)(?:-[a-z]+)+|rsc|purpose|traceparent)(?=\1)/g;

/** Reads all of them from node_modules. */
export function internalHeaders(): string[] {
  const found = files
    .flatMap((pattern) => globSync(`node_modules/next/dist/${pattern}`))
    .flatMap((file) => readFileSync(file, 'utf8').match(name) ?? []);
  const known = ['x-middleware-subrequest', 'x-middleware-request-authorization', 'x-invoke-path', 'x-invoke-query'];
  const more = ['x-invoke-status', 'x-invoke-output', 'x-invoke-error', 'x-vercel-id', 'x-real-ip', 'x-original-url'];
  return [...new Set([...found, ...known, ...more])].sort();
}

const five = Array.from({ length: 5 }, () => 'middleware').join(':');
/** What would have a part of Next take a request for another one, or for one that has been checked. */
const values = ['1', '/api/live', five, '{"a":"b"}', 'http://evil.example/api/live'];

/** Makes header lines: each name with a `1`, at depth with each value; and those that only count together. */
export function internalLines(token: string): string[][] {
  const tempting = [
    [`x-middleware-subrequest: src/${five.replaceAll(':', ':src/')}`],
    ['x-middleware-override-headers: authorization', `x-middleware-request-authorization: Bearer ${token}`],
    ['x-matched-path: /api/live', 'x-now-route-matches: 1=x&nxtPid=x', 'x-vercel-id: a::b'],
    ['x-invoke-path: /api/live', 'x-invoke-query: %7B%7D', 'x-invoke-status: 200'],
    ['x-forwarded-host: evil.example', 'x-forwarded-proto: https', 'x-forwarded-port: 1'],
    ['rsc: 1', 'next-router-state-tree: %5B%22%22%2C%7B%7D%5D', 'next-router-prefetch: 1', 'next-url: /api/live'],
    ['next-action: 0123456789', 'content-type: multipart/form-data; boundary=x'],
    [`Cookie: __prerender_bypass=x; __next_preview_data=x; next-instant-navigation-testing=1`],
    [`Authorization_: Bearer ${token}`, `x-authorization: Bearer ${token}`],
  ];
  return [
    ...internalHeaders().flatMap((header) =>
      values.slice(0, runs({ usual: 1, deep: values.length })).map((value) => [`${header}: ${value}`]),
    ),
    ...tempting,
  ];
}
