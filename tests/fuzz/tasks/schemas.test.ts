/** The schemas of the task list, with values that are nearly right. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { afterAll, test } from 'vitest';
import { idempotencyKey, newTaskRequest, taskPatch, taskQuery, taskRequest } from '#lib/core/tasks/contract.ts';
import { announceCases, checkCases } from '#tests/fuzz/cases.ts';
import { checkRequestSchema } from '#tests/fuzz/schemas.ts';
import { edited, text } from '#tests/fuzz/strange.ts';

afterAll(() => announceCases('values of tasks'));

test.each([
  ['newTaskRequest', newTaskRequest, { title: 'A task', description: 'Of some kind', deadline: '2026-12-31' }],
  ['taskRequest', taskRequest, { title: 'A task', description: '', deadline: null, completed: true }],
  ['taskPatch', taskPatch, { title: 'A task', completed: false }],
  ['taskQuery', taskQuery, { page: '2', size: '10', completed: 'true', search: 'milk', sort: 'title' }],
] as const)(
  '%s answers at once; what it takes is in its normal form, and a refusal quotes nothing',
  (_, schema, good) => checkRequestSchema(schema, good),
);

test('an idempotency key is 1 to 128 visible letters', () =>
  checkCases(
    fc.property(fc.oneof(text, edited('b7e1-4c2f')), (given) =>
      assert.equal(idempotencyKey.safeParse(given).success, /^[!-~]{1,128}$/.test(given) && !given.includes('\n')),
    ),
    1000,
  ));
