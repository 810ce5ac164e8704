/** Every schema, with values that are nearly right. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, describe, test } from 'vitest';
import { z } from 'zod';
import { registerCodeRequest, registerRequest } from '#lib/core/accounts/contract.ts';
import { activityQuery } from '#lib/core/activity/contract.ts';
import { AppError } from '#lib/core/errors.ts';
import { passwordForgotRoute, passwordRequest, passwordResetRequest } from '#lib/core/passwords/contract.ts';
import { endSessionsQuery } from '#lib/core/sessions/contract.ts';
import { signInRequest, tokenRequest } from '#lib/core/sign-in/contract.ts';
import { readBody, readQuery } from '#lib/server/http/body.ts';
import { allCheckedAnswers } from '#tests/support/checked-answers.ts';
import { announceCases, checkCases } from './cases.ts';
import { checkBrowserCheck, checkRequestSchema } from './schemas.ts';
import { canary, edited, key, text } from './strange.ts';
import { variantsOf } from './variants.ts';

afterAll(() => announceCases('values'));

const email = 'ann@example.org';
const password = 'a few unrelated words';

test.each([
  ['registerRequest', registerRequest, { email, password, name: 'Ann', remember: true }],
  ['registerCodeRequest', registerCodeRequest, { sign_up_id: randomUUID(), code: '0123 4567' }],
  ['tokenRequest', tokenRequest, { email, password, remember: false }],
  ['signInRequest', signInRequest, { email, password, remember: false }],
  [
    'signInRequest of a second step',
    signInRequest,
    { second_step_id: randomUUID(), code: '123 456', remember_device: true },
  ],
  [
    'signInRequest with a recovery code',
    signInRequest,
    { second_step_id: randomUUID(), recovery_code: 'abcd-'.repeat(6) },
  ],
  ['passwordRequest', passwordRequest, { current_password: password, new_password: password }],
  ['passwordForgotRequest', passwordForgotRoute.POST.body, { email }],
  [
    'passwordResetRequest',
    passwordResetRequest,
    { token: `${randomUUID()}.${'a'.repeat(43)}`, new_password: password },
  ],
  ['activityQuery', activityQuery, { page: '1', size: '20' }],
  ['endSessionsQuery', endSessionsQuery, { except: 'current' }],
] as const)(
  '%s answers at once; what it takes is in its normal form, and a refusal quotes nothing',
  (_, schema, good) => checkRequestSchema(schema, good),
);

test.each(await allCheckedAnswers())('$name is told in the browser as the contract tells it', checkBrowserCheck);

describe('bodies and queries', () => {
  const schema = tokenRequest;
  const good = JSON.stringify({ email, password });
  const type = fc.constantFrom(
    ...['application/json', 'application/json; charset=utf-8', 'APPLICATION/JSON', 'application/x-www-form-urlencoded'],
    ...['text/plain', 'multipart/form-data; boundary=x', 'application/json, text/html', '', 'application/jsonp', ';'],
  );
  const form = fc.array(fc.tuple(fc.oneof(key, fc.constantFrom('username', 'password', 'grant_type')), text), {
    maxLength: 5,
  });
  const body = fc.oneof(
    variantsOf({ email, password }).map((one) => JSON.stringify(one) ?? ''),
    edited(good),
    fc.uint8Array({ maxLength: 200 }),
    fc
      .tuple(fc.uint8Array({ maxLength: 4 }), fc.nat(good.length))
      .map(([bytes, at]) => Buffer.concat([Buffer.from(good.slice(0, at)), bytes, Buffer.from(good.slice(at))])),
    form.map((pairs) => new URLSearchParams(pairs).toString()),
    text,
  );
  const refusals = [400, 413, 415];
  const within = z.object({ page: z.int().gte(1).lte(1_000_000), size: z.int().gte(1).lte(100) });

  test('a body is read as its schema says, or refused', () =>
    checkCases(
      fc.asyncProperty(type, body, async (contentType, bytes) => {
        const make = () =>
          new Request('http://localhost', { method: 'POST', body: bytes, headers: { 'content-type': contentType } });
        const form = ({ username, password: typed }: Record<string, string>) => ({ email: username, password: typed });
        const rules = { passwordMinLength: 12, email: '' };
        for (const read of [
          readBody(make(), { body: schema }, rules),
          readBody(make(), { body: schema, form }, rules),
        ]) {
          const outcome = await read.catch((error: unknown) => error);
          if (outcome instanceof AppError) assert(refusals.includes(outcome.status), String(outcome.status));
          else assert(schema.safeParse(outcome).success);
        }
      }),
      3000,
    ));

  test('a query is read as its schema says, or refused', () =>
    checkCases(
      fc.property(
        fc.oneof(
          text,
          form.map((pairs) => pairs.map(([name, one]) => `${name}=${one}`).join('&')),
          edited('page=2&size=10'),
        ),
        (given) => {
          try {
            const asked = readQuery(new Request(`http://localhost/api/activity?${given}`), { query: activityQuery });
            within.parse(asked);
          } catch (error) {
            assert(error instanceof AppError && error.status === 400, String(error));
            assert(!JSON.stringify(Object.values(error.details.fields ?? {})).includes(canary));
          }
        },
      ),
      2000,
    ));
});
