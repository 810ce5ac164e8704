import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { ownMachineHeader } from '#lib/core/routes.ts';
import type { MailSettings } from '#lib/core/settings.ts';
import { ownMachine } from './own-machine.ts';

interface Sent {
  peer?: string | undefined;
  url?: string;
  headers?: Record<string, string | undefined>;
}

const settings = { APP_URL: 'http://localhost:3000', SMTP_URL: undefined, OUTBOX_PAGE: 'auto' } as const;

/** Asks for the page as a browser on this machine does, but for what is given. Returns the headers that the page sees. */
function headersOf({ peer, url = '/outbox', headers = {} }: Sent, changes: Partial<MailSettings> = {}) {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: peer });
  const request = new IncomingMessage(socket);
  request.url = url;
  for (const [name, value] of Object.entries({ host: 'localhost:3000', ...headers }))
    if (value !== undefined) request.headers[name] = value;
  ownMachine({ ...settings, ...changes })(request);
  return request.headers;
}
const markOf = (sent: Sent, changes: Partial<MailSettings> = {}) => headersOf(sent, changes)[ownMachineHeader];

const near = '127.0.0.1';

test.each(['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1'])('the peer %s is this machine', (peer) => {
  expect(markOf({ peer })).toBe('1');
});

test.each([
  '192.168.0.2',
  '10.127.0.1',
  '1.127.0.0',
  '::',
  'fe80::1',
  '::ffff:10.0.0.1',
  '2001:db8::1',
  'x',
  undefined,
])('the peer %s is not', (peer) => {
  expect(markOf({ peer })).toBeUndefined();
});

test.each([undefined, 'none', 'same-origin'])('a request with Sec-Fetch-Site %s is let be', (site) => {
  expect(markOf({ peer: near, headers: { 'sec-fetch-site': site } })).toBe('1');
});

test.each(['cross-site', 'same-site', '', 'NONE', 'none, none', 'same-origin, cross-site'])(
  'one with Sec-Fetch-Site %j is not',
  (site) => {
    expect(markOf({ peer: near, headers: { 'sec-fetch-site': site } })).toBeUndefined();
  },
);

test.each([
  'localhost',
  'localhost:3001',
  '127.0.0.1:3000',
  'evil.example',
  'localhost:3000.evil.example',
  'evil.example@localhost:3000',
  'localhost:3000,localhost:3000',
  '',
  undefined,
])('a request for the host %s is for another app', (host) => {
  expect(markOf({ peer: near, headers: { host } })).toBeUndefined();
});

test('a host is the same in capitals, and has no port where the scheme has it', () => {
  expect(markOf({ peer: near, headers: { host: 'LocalHost:3000' } })).toBe('1');
  expect(markOf({ peer: near, headers: { host: 'localhost' } }, { APP_URL: 'http://localhost' })).toBe('1');
  expect(markOf({ peer: near, headers: { host: '[::1]:3000' } }, { APP_URL: 'http://[::1]:3000' })).toBe('1');
});

test.each([
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-forwarded-server',
  'x-forwarded-anything',
])('a request that came with %s went through a proxy', (name) => {
  for (const value of ['', near, 'localhost'])
    expect(markOf({ peer: near, headers: { [name]: value } })).toBeUndefined();
});

test.each(['/', '/outbox/', '/outboxes', '/outbox/x', '/Outbox', '/%6futbox', '//outbox', '/x/outbox', '/outbox.rsc'])(
  '%s is not asked for',
  (url) => {
    expect(markOf({ peer: near, url })).toBeUndefined();
  },
);

test('a query makes no difference', () => {
  expect(markOf({ peer: near, url: '/outbox?_rsc=1' })).toBe('1');
});

test.each<Sent>([{ peer: '192.0.2.1' }, { peer: near, url: '/account' }, { peer: near, headers: { via: '1.1 x' } }])(
  'a mark that a client makes up is taken off: %j',
  (sent) => {
    expect(markOf({ ...sent, headers: { ...sent.headers, [ownMachineHeader]: '1' } })).toBeUndefined();
  },
);

const smtp = { host: 'mail.example.org', port: 465, tls: 'implicit', login: null } as const;

test.each<Partial<MailSettings>>([{ OUTBOX_PAGE: 'off' }, { SMTP_URL: smtp }])(
  'there is no page with %j',
  (changes) => {
    expect(markOf({ peer: near }, changes)).toBeUndefined();
  },
);

test('there is no page on a public name, not even for who asks by it', () => {
  const changes = { APP_URL: 'https://app.example.org' };
  expect(markOf({ peer: near, headers: { host: 'app.example.org' } }, changes)).toBeUndefined();
});

test('who may not see the page is not answered by a flight either, which could not be 404', () => {
  const headers = { rsc: '1' };
  expect(headersOf({ peer: near, headers }).rsc).toBe('1');
  expect(headersOf({ peer: '192.0.2.1', headers }).rsc).toBeUndefined();
  expect(headersOf({ peer: near, headers }, { OUTBOX_PAGE: 'off' }).rsc).toBeUndefined();
  expect(headersOf({ peer: '192.0.2.1', url: '/account', headers }).rsc).toBe('1');
});
