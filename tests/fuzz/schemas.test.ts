/** Every schema, with values that are nearly right. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { afterAll, describe, test } from 'vitest';
import * as answers from '#lib/client/answers.ts';
import type { Schema } from '#lib/client/shape.ts';
import * as contracts from '#lib/core/contracts.ts';
import { demoRefreshRequest } from '#lib/core/demo/contract.ts';
import { AppError } from '#lib/core/errors.ts';
import * as tasks from '#lib/core/tasks/contract.ts';
import * as wire from '#lib/core/wire.ts';
import { jsonBody, jsonOrFormBody, query } from '#lib/server/http/body.ts';
import { announceCases, holds, soon } from './cases.ts';
import { type Fields, nearly } from './nearly.ts';
import { canary, edited, key, text, wellFormed } from './strange.ts';

afterAll(() => announceCases('values'));

const email = 'ann@example.org';
const password = 'a few unrelated words';
const requests = {
  registerRequest: [contracts.registerRequest, { email, password, name: 'Ann', remember: true }],
  tokenRequest: [contracts.tokenRequest, { email, password, remember: false }],
  passwordRequest: [contracts.passwordRequest, { current_password: password, new_password: password }],
  passwordResetRequest: [contracts.passwordResetRequest, { token: 'a'.repeat(43), new_password: password }],
  activityQuery: [contracts.activityQuery, { page: '1', size: '20' }],
  endSessionsQuery: [contracts.endSessionsQuery, { except: 'current' }],
  newTaskRequest: [tasks.newTaskRequest, { title: 'A task', description: 'Of some kind', deadline: '2026-12-31' }],
  taskRequest: [tasks.taskRequest, { title: 'A task', description: '', deadline: null, completed: true }],
  taskPatch: [tasks.taskPatch, { title: 'A task', completed: false }],
  taskQuery: [tasks.taskQuery, { page: '2', size: '10', completed: 'true', search: 'milk', sort: 'title' }],
  demoRefreshRequest: [demoRefreshRequest, { generation: 3 }],
} as const;

describe.each(Object.entries(requests))('%s', (_name, [schema, good]) => {
  test('answers at once; what it takes is in its normal form, and a refusal quotes nothing', () =>
    holds(
      fc.property(nearly(good), (given) => {
        const parsed = soon(() => schema.safeParse(given));
        if (!parsed.success)
          return assert(!JSON.stringify(Object.values(wire.fieldErrors(parsed.error))).includes(canary));
        const data: Fields = parsed.data;
        assert(Object.keys(data).every((name) => name in good));
        for (const name of ['email', 'name', 'title']) {
          const line = data[name];
          if (typeof line === 'string') assert(line === line.trim() && !/\p{Cc}/u.test(line));
        }
        // Stored as UTF-8, and PostgreSQL knows no NUL.
        for (const name of ['email', 'name', 'title', 'description', 'search']) {
          const stored = data[name];
          if (typeof stored === 'string') assert(wellFormed(stored) === stored && !stored.includes('\0'));
        }
        if ('email' in data) assert.equal(contracts.normalizeEmail(String(data.email)), data.email);
        // Numbers of a query came as text.
        const again = schema.safeParse('page' in good ? given : data);
        assert.deepEqual(again.data, data);
      }),
      700,
    ));
});

test('an idempotency key is 1 to 128 visible letters', () =>
  holds(
    fc.property(fc.oneof(text, edited('b7e1-4c2f')), (given) =>
      assert.equal(
        tasks.idempotencyKey.safeParse(given).success,
        /^[!-~]{1,128}$/.test(given) && !given.includes('\n'),
      ),
    ),
    1000,
  ));

describe('answers in the browser', () => {
  const person = { id: 'u1', email, name: null };
  const written = { created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z' };
  const pairs: [string, Schema<unknown>, Schema<unknown>, Fields][] = [
    ['me', answers.me, contracts.me, { ...person, created_at: written.created_at, session_id: 's1' }],
    [
      'tokenResponse',
      answers.tokenResponse,
      contracts.tokenResponse,
      { access_token: 'a.b.c', token_type: 'Bearer', expires_in: 300, user: person },
    ],
    [
      'task',
      answers.task,
      tasks.task,
      { id: 't1', title: 'Milk', description: '', deadline: null, completed: false, ...written },
    ],
    [
      'errorAnswer',
      answers.errorAnswer,
      wire.errorResponse,
      { error: 'invalid_request', error_description: 'No.', fields: { title: ['No.'] } },
    ],
  ];
  test.each(pairs)('%s is told as the server’s schema tells it', (_name, ours, servers, good) =>
    holds(
      fc.property(nearly(good), (given) => {
        const written = JSON.stringify(given);
        // zod looks at no field of this name; ours does.
        fc.pre(!written.includes('__proto__'));
        const fromWire: unknown = JSON.parse(written);
        assert.equal(soon(() => ours.safeParse(fromWire)).success, servers.safeParse(fromWire).success);
      }),
      800,
    ),
  );
});

describe('bodies and queries', () => {
  const schema = contracts.tokenRequest;
  const good = JSON.stringify({ email, password });
  const type = fc.constantFrom(
    ...['application/json', 'application/json; charset=utf-8', 'APPLICATION/JSON', 'application/x-www-form-urlencoded'],
    ...['text/plain', 'multipart/form-data; boundary=x', 'application/json, text/html', '', 'application/jsonp', ';'],
  );
  const form = fc.array(fc.tuple(fc.oneof(key, fc.constantFrom('username', 'password', 'grant_type')), text), {
    maxLength: 5,
  });
  const body = fc.oneof(
    nearly({ email, password }).map((one) => JSON.stringify(one) ?? ''),
    edited(good),
    fc.uint8Array({ maxLength: 200 }),
    fc
      .tuple(fc.uint8Array({ maxLength: 4 }), fc.nat(good.length))
      .map(([bytes, at]) => Buffer.concat([Buffer.from(good.slice(0, at)), bytes, Buffer.from(good.slice(at))])),
    form.map((pairs) => new URLSearchParams(pairs).toString()),
    text,
  );
  const refusals = [400, 413, 415];

  test('a body is read as its schema says, or refused', () =>
    holds(
      fc.asyncProperty(type, body, async (contentType, bytes) => {
        const make = () =>
          new Request('http://localhost', { method: 'POST', body: bytes, headers: { 'content-type': contentType } });
        for (const read of [
          jsonBody(make(), schema),
          jsonOrFormBody(make(), schema, ({ username: email, password }) => ({ email, password })),
        ]) {
          const outcome = await read.catch((error: unknown) => error);
          if (outcome instanceof AppError) assert(refusals.includes(outcome.status), String(outcome.status));
          else assert(schema.safeParse(outcome).success);
        }
      }),
      3000,
    ));

  test('a query is read as its schema says, or refused', () =>
    holds(
      fc.property(
        fc.oneof(
          text,
          form.map((pairs) => pairs.map(([name, one]) => `${name}=${one}`).join('&')),
          edited('page=2&size=10&completed=true&sort=title'),
        ),
        (given) => {
          try {
            const { page, size } = query(new Request(`http://localhost/api/tasks?${given}`), tasks.taskQuery);
            assert(page >= 1 && page <= 1_000_000 && size >= 1 && size <= 100);
          } catch (error) {
            assert(error instanceof AppError && error.status === 400, String(error));
            assert(!JSON.stringify(Object.values(error.details.fields ?? {})).includes(canary));
          }
        },
      ),
      2000,
    ));
});
