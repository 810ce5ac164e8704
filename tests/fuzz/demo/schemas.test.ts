/** The schemas of the demo page, with values that are nearly right. */
import { afterAll, test } from 'vitest';
import { demoRefreshRequest } from '#lib/core/demo/contract.ts';
import { announceCases } from '#tests/fuzz/cases.ts';
import { checkRequestSchema } from '#tests/fuzz/schemas.ts';

afterAll(() => announceCases('values of the demo'));

test('demoRefreshRequest answers at once, and a refusal quotes nothing', () =>
  checkRequestSchema(demoRefreshRequest, { generation: 3 }));
