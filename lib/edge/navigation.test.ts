import { expect, test } from 'vitest';
import { isDocumentNavigation } from './navigation.ts';

const page = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const any = '*/*';
const ahead = { 'Sec-Purpose': 'prefetch' };

interface Sent {
  what: string;
  mode?: string;
  dest?: string;
  accept?: string;
  more?: Record<string, string>;
}

/** What browsers send for a document that a person will see: Chromium 156 and Firefox 153 as recorded, others as told. */
const navigations: Sent[] = [
  { what: 'an address, a link, a reload, window.open', mode: 'navigate', dest: 'document', accept: page },
  { what: 'a link on another site', mode: 'navigate', dest: 'document', more: { 'Sec-Fetch-Site': 'cross-site' } },
  { what: 'a navigation that a service worker passes on', mode: 'navigate', dest: 'empty', accept: page },
  { what: 'the same in Firefox', mode: 'same-origin', dest: 'empty', accept: page },
  { what: 'Chromium 76 to 79, which have no Dest', mode: 'navigate', accept: page },
  { what: 'a client that says only what it is for', dest: 'document' },
  { what: 'the same by fetch() of Node, which adds a mode', mode: 'cors', dest: 'document', accept: any },
  { what: 'a browser without fetch metadata, as Safari before 16.4', accept: page },
];

const others: Sent[] = [
  { what: 'fetch() and XMLHttpRequest', mode: 'cors', dest: 'empty', accept: any },
  { what: 'fetch() that asks for a page', mode: 'cors', dest: 'empty', accept: page },
  { what: 'fetch() without CORS', mode: 'no-cors', dest: 'empty', accept: page },
  { what: 'a frame that a service worker names', mode: 'same-origin', dest: 'iframe', accept: page },
  { what: 'a navigation that a service worker makes anew', mode: 'same-origin', dest: 'empty', accept: any },
  { what: 'a link with the attribute "download"', mode: 'navigate', dest: 'empty' },
  { what: 'the same where any type is accepted', mode: 'navigate', dest: 'empty', accept: any },
  ...['iframe', 'frame', 'embed', 'object', 'fencedframe'].map((dest) => ({
    what: `<${dest}>`,
    mode: 'navigate',
    dest,
    accept: page,
  })),
  { what: 'a frame in Chromium 76 to 79', mode: 'nested-navigate', accept: page },
  ...['image', 'script', 'style', 'font', 'manifest', 'video', 'worker', 'serviceworker', 'report', 'x', ''].map(
    (dest) => ({ what: `a part of a page: ${dest}`, mode: 'no-cors', dest, accept: page }),
  ),
  { what: 'a web socket', mode: 'websocket', dest: 'websocket' },
  { what: '<link rel="prefetch"> in Chromium', mode: 'no-cors', dest: 'empty', accept: page, more: ahead },
  { what: '<link rel="prefetch"> that a service worker passes on', mode: 'no-cors', dest: 'empty', more: ahead },
  { what: '<link rel="prefetch"> in Safari', accept: page, more: { Purpose: 'prefetch' } },
  { what: '<link rel="prefetch"> in old Firefox', accept: page, more: { 'X-Moz': 'prefetch' } },
  { what: 'a preview of Safari', accept: page, more: { 'X-Purpose': 'preview' } },
  { what: 'speculation rules: prefetch', mode: 'navigate', dest: 'document', accept: page, more: ahead },
  {
    what: 'speculation rules: prefetch through a relay',
    mode: 'navigate',
    dest: 'document',
    more: { 'Sec-Purpose': 'prefetch;anonymous-client-ip' },
  },
  {
    what: 'speculation rules: prerender',
    mode: 'navigate',
    dest: 'document',
    accept: page,
    more: { 'Sec-Purpose': 'prefetch;prerender' },
  },
  { what: 'a prefetch that Firefox passes on', mode: 'same-origin', dest: 'empty', accept: page, more: ahead },
  { what: 'a prefetch that a service worker passes on', mode: 'navigate', dest: 'empty', accept: page, more: ahead },
  { what: 'a prefetch of Chromium before 138', mode: 'navigate', dest: 'document', more: { Purpose: 'prefetch' } },
  { what: 'something that has a site and no mode', accept: page, more: { 'Sec-Fetch-Site': 'same-origin' } },
  { what: 'a program', accept: any },
  { what: 'a program that says nothing' },
];

const headersOf = ({ mode, dest, accept, more }: Sent) =>
  new Headers({
    ...(mode !== undefined && { 'Sec-Fetch-Mode': mode }),
    ...(dest !== undefined && { 'Sec-Fetch-Dest': dest }),
    ...(accept !== undefined && { Accept: accept }),
    ...more,
  });

test.each(navigations)('$what is a navigation', (sent) => {
  expect(isDocumentNavigation(headersOf(sent))).toBe(true);
});

test.each(others)('$what is none', (sent) => {
  expect(isDocumentNavigation(headersOf(sent))).toBe(false);
});
