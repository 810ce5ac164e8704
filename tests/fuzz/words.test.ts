/** Where from, where to and with what: parsers whose answer people see. */
import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import * as fc from 'fast-check';
import { afterAll, describe, test } from 'vitest';
import { throwAwayAgent } from '#lib/core/demo/throw-away.ts'; // demo
import { clientAddress, limitBucket, truncatedAddress } from '#lib/core/limits/address.ts';
import { passwordProblem } from '#lib/core/passwords/rules.ts';
import { operatorAgent, requestAgent } from '#lib/core/requester.ts';
import { isApiPath, loginPath, paths, refreshPath, routeTemplate, safeNext } from '#lib/core/routes.ts';
import { deviceOf } from '#lib/core/sessions/device.ts';
import { announceCases, checkCases, quickly } from './cases.ts';
import { edited, text, value } from './strange.ts';

afterAll(() => announceCases('paths, addresses and words'));

describe('where a person goes after signing in', () => {
  const parts = fc.constantFrom(
    ...[
      '/',
      '//',
      '\\',
      '/\\',
      '%2f',
      '%5c',
      '%2e%2e',
      '..',
      '.',
      '%09',
      '\t',
      '@',
      ':',
      '?',
      '#',
      '&next=',
      'https:',
      'javascript:',
    ],
    ...[
      'evil.example',
      'tasks',
      'api',
      'API',
      '%61pi',
      'login',
      'register',
      '_rsc=1',
      '%',
      '%25',
      '\u3002',
      '\uff0f',
      '\u2028',
    ],
  );
  const path = fc.oneof(
    fc.array(parts, { maxLength: 8 }).map((some) => some.join('')),
    fc.array(parts, { maxLength: 8 }).map((some) => `/${some.join('')}`),
    edited('/tasks/abc?page=2#notes'),
    text.map((some) => `/${some}`),
    fc.webUrl(),
    value,
  );

  test('is a page of this origin, to whoever reads it', () =>
    checkCases(
      fc.property(path, (given) => {
        const next = quickly(() => safeNext(given));
        assert.match(next, /^\/(?![/\\])[^\p{Cc}\s]*$/u);
        for (const origin of ['https://app.example.org', 'http://localhost:3000']) {
          const url = new URL(next, origin);
          assert.equal(url.origin, origin);
          assert.equal(url.pathname + url.search + url.hash, next);
          const page = decodeURIComponent(url.pathname).toLowerCase();
          assert(!isApiPath(page) && page !== paths.login, next);
        }
      }),
      4000,
    ));

  test('has the query that was asked for, to the byte, where a browser could have sent it', () =>
    checkCases(
      fc.property(fc.stringMatching(/^([\w&=+%.~!*()/:@?-]{0,40})$/), (query) => {
        const isKept = !/(^|&)_rsc(=|&|$)/.test(query);
        if (isKept && query) assert.equal(safeNext(`/account?${query}`), `/account?${query}`);
        assert(!/[?&]_rsc(=|&|$)/.test(safeNext(`/account?${query}`)));
      }),
      1000,
    ));

  test('is the same when it has been through a link and back', () =>
    checkCases(
      fc.property(path, (given) => {
        const next = safeNext(given);
        assert.equal(safeNext(next), next);
        for (const link of [loginPath(next), refreshPath(next)])
          assert.equal(new URL(link, 'http://localhost').searchParams.get('next'), next);
      }),
      2000,
    ));
});

describe('addresses', () => {
  const address = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.ipV4().map((v4) => `::ffff:${v4}`),
  );
  const port = fc.nat(65_535);
  const named = fc.oneof(
    address,
    fc.tuple(fc.ipV4(), port).map(([host, number]) => `${host}:${number}`),
    fc.tuple(fc.ipV6(), port).map(([host, number]) => `[${host}]:${number}`),
    fc.ipV6().map((host) => `${host}%eth0`),
    fc.ipV4Extended(),
    fc.ipV4().chain(edited),
    fc.ipV6().chain(edited),
    text,
  );

  test('whatever a header says, the client’s address is an address or unknown', () =>
    checkCases(
      fc.property(address, fc.array(named, { maxLength: 4 }), fc.nat(4), (socket, entries, hops) => {
        const seen = quickly(() => clientAddress(socket, entries.join(', '), hops));
        assert(isIP(seen) !== 0 || seen === 'unknown', seen);
        for (const kept of [limitBucket(seen), truncatedAddress(seen)])
          assert(kept && (isIP(kept) !== 0 || kept === 'unknown'), kept ?? '');
      }),
      3000,
    ));

  test('entries left of the trusted ones never count', () =>
    checkCases(
      fc.property(
        fc.ipV4(),
        fc.array(text),
        fc.array(fc.ipV4(), { minLength: 1, maxLength: 4 }),
        (socket, own, trusted) => {
          const entries = [...own.map((one) => one.replaceAll(',', '')), ...trusted].join(',');
          assert.equal(clientAddress(socket, entries, trusted.length), trusted[0]);
          assert.equal(clientAddress(socket, entries, 0), socket);
        },
      ),
      2000,
    ));

  test('one network is one bucket, and the log keeps less of it', () =>
    checkCases(
      fc.property(fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)), fc.nat(255), ([a, b, c], d) => {
        assert.equal(limitBucket(`${a}.${b}.${c}.${d}`), `${a}.${b}.${c}.${d}`);
        assert.equal(truncatedAddress(`::ffff:${a}.${b}.${c}.${d}`), `${a}.${b}.${c}.0`);
        const network = `2001:${a}:${b}:${c}`;
        assert.equal(limitBucket(`${network}::${d}`), limitBucket(`${network}:1:2:3:${d}`));
      }),
      1000,
    ));
});

describe('words about a request', () => {
  const known = /^(\/(?:[\w.[\]-]+\/?)*|other)$/;
  test('a route’s name in the metrics is one of few', () =>
    checkCases(
      fc.property(
        fc.oneof(
          text,
          edited('/api/tasks/1?page=2'),
          text.map((id) => `/api/tasks/${id}`),
        ),
        (target) =>
          assert.match(
            quickly(() => routeTemplate(target)),
            known,
          ),
      ),
      1000,
    ));

  const marks: string[] = [
    operatorAgent,
    throwAwayAgent, // demo
  ];
  const words = fc.array(
    fc.constantFrom('Version/', 'Safari/', 'Mac OS X ', 'Android ', 'Mobile', 'Chrome/', 'curl/', 'X11', ...marks),
    { maxLength: 30 },
  );
  test('a user agent becomes a few words of ours, at once, and never a mark of ours', () =>
    checkCases(
      fc.property(
        fc.oneof(
          text,
          words.map((some) => some.join('')),
        ),
        (header) => {
          const agent = requestAgent(header);
          assert(agent === null || (agent.length <= 256 && !marks.includes(agent)));
          assert.match(quickly(() => deviceOf(agent)).name, /^[A-Z][\w. ]+( on [\w ]+)?$|^curl( on \w+)?$/);
        },
      ),
      1500,
    ));

  test('a password gets an answer at once, and the person’s own address is never good', () =>
    checkCases(
      fc.property(text, fc.emailAddress(), (password, email) => {
        const problem = quickly(() => passwordProblem(password, { email, minLength: 12 }));
        if ([...password].length < 12 || Buffer.byteLength(password) > 72) assert.notEqual(problem, null);
        if (email.length <= 72) assert.notEqual(passwordProblem(email, { email, minLength: 12 }), null);
      }),
      1000,
    ));
});
