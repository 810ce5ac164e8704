/** The ways in which a private page might be reached: how its path can be written, and what a request can claim about itself. */
import { document } from '#tests/support/http-client.ts';

const five = (name: string) => Array.from({ length: 5 }, () => name).join(':');

/** `path` as a person, a proxy or an attacker may write it. `origin` is where the server is. */
export function spellings(path: string, origin: string): string[] {
  const [, first = '', rest = ''] = /^\/(.)(.*)$/.exec(path) ?? [];
  const encoded = `%${first.charCodeAt(0).toString(16)}`;
  return [
    path,
    `${path}/`,
    `/${path}`,
    `//evil.example${path}`,
    path.toUpperCase(),
    `/${encoded}${rest}`,
    `/%2e${path}`,
    `/.${path}`,
    `/x/..${path}`,
    `/x/%2e%2e${path}`,
    `/login/..${path}`,
    `/login/%2e%2e${path}`,
    `/_next/static/../..${path}`,
    `/_next/static/%2e%2e/%2e%2e${path}`,
    `/_next/static/..%2f..${path}`,
    `/api/live/../..${path}`,
    `/.well-known/jwks.json/../..${path}`,
    `/icon.svg/..${path}`,
    `/robots.txt/..${path}`,
    `/robots.txt/..%2f${path.slice(1)}`,
    `/robots.txt%2f..${path}`,
    `/\\${path.slice(1)}`,
    `${path}\\`,
    `${path}%20`,
    `${path}%00`,
    `${path};jsessionid=1`,
    `${path}?_rsc=1a2b3`,
    `${path}?__nextDataReq=1`,
    `${path}?nxtPid=1`,
    `${path}.rsc`,
    `${path}.rsc?_rsc=1a2b3`,
    `${path}.json`,
    `${path}.html`,
    `${path}.txt`,
    `${path}.prefetch.rsc`,
    `${path}.segments/_tree.segment.rsc`,
    `${path}.segments/_full.segment.rsc`,
    `${path}.segments/!KHByb3RlY3RlZCk${path}/__PAGE__.segment.rsc`,
    `/index${path}`,
    `/_next/data/build${path}.json`,
    `/_next/image?w=64&q=75&url=${encodeURIComponent(path)}`,
    `/(protected)${path}`,
    origin + path,
    `http://evil.example${path}`,
  ];
}

/** What a signed-in person gets by these is the frame of a page at most, with nothing in it. */
export const withoutContent = [
  'a flight, fetched ahead',
  'a flight, fetched ahead in full',
  'the segments of a page',
  'one segment',
  'the page’s segment',
  'a prefetch of the old router',
];

const rsc = { RSC: '1' };
const tree = encodeURIComponent(JSON.stringify(['', { children: ['(protected)', {}] }]));

/** What a request for a page can say about itself, by what Next, a proxy or a browser would mean by it. */
export const claimsOf = (path: string): Record<string, Record<string, string>> => ({
  'a script’s fetch': { 'Sec-Fetch-Dest': 'empty' },
  'a document': document,
  'a frame': { 'Sec-Fetch-Dest': 'iframe' },
  'a document, fetched ahead': { ...document, 'Sec-Purpose': 'prefetch;prerender' },
  'a page, fetched ahead': { ...document, Purpose: 'prefetch' },
  'a flight': rsc,
  'a flight, with the router’s state': { ...rsc, 'Next-Router-State-Tree': tree, 'Next-Url': path },
  'a flight, fetched ahead': { ...rsc, 'Next-Router-Prefetch': '1' },
  'a flight, fetched ahead in full': { ...rsc, 'Next-Router-Prefetch': '2' },
  'the segments of a page': { ...rsc, 'Next-Router-Prefetch': '1', 'Next-Router-Segment-Prefetch': '/_tree' },
  'one segment': { ...rsc, 'Next-Router-Prefetch': '1', 'Next-Router-Segment-Prefetch': '/!KHByb3RlY3RlZCk' },
  'the page’s segment': {
    ...rsc,
    'Next-Router-Prefetch': '1',
    'Next-Router-Segment-Prefetch': `/!KHByb3RlY3RlZCk${path}/__PAGE__`,
  },
  'a page of the old router': { 'x-nextjs-data': '1' },
  'a prefetch of the old router': { 'x-middleware-prefetch': '1', 'x-nextjs-data': '1' },
  ...Object.fromEntries(
    [
      'middleware',
      'src/middleware',
      'pages/_middleware',
      five('middleware'),
      five('src/middleware'),
      five('proxy'),
      'true',
    ].map((value) => [`a subrequest of ${value}`, { ...document, 'x-middleware-subrequest': value }]),
  ),
  'a flight’s subrequest': { ...rsc, 'x-middleware-subrequest': five('middleware') },
  'one that the middleware let through': { ...document, 'x-middleware-next': '1', 'x-middleware-invoke': '1' },
  'one that the middleware rewrote': { ...document, 'x-middleware-rewrite': path, 'x-nextjs-rewrite': path },
  'one with headers of the middleware’s': {
    ...document,
    'x-middleware-override-headers': 'cookie,x-latchkey-path',
    'x-middleware-request-cookie': 'latchkey-session=x',
    'x-latchkey-path': '//evil.example',
  },
  'one that Next routed': {
    ...document,
    'x-matched-path': path,
    'x-invoke-path': path,
    'x-invoke-output': path,
  },
  'one that a proxy routed': { ...document, 'x-original-url': '/login', 'x-rewrite-url': '/login' },
  'another method': { ...document, 'x-http-method-override': 'GET', 'x-method-override': 'POST' },
  'a revalidation': { ...document, 'x-prerender-revalidate': 'x', 'x-prerender-revalidate-if-generated': '1' },
  'a resumed render': { ...document, 'next-resume': '1' },
  'an action': { ...rsc, 'Next-Action': '7f'.repeat(21) },
  'another host': { ...document, Host: 'evil.example' },
  'another host, by a proxy': { ...document, 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'https' },
});
