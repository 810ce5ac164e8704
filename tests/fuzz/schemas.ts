/** What must be true of every schema of a request, and of every check that the browser has of an answer. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { z } from 'zod';
import type { CheckedAnswer } from '#lib/client/testing/answers.ts';
import { normalizeEmail } from '#lib/core/accounts/email.ts';
import { fieldErrors } from '#lib/core/route-contract.ts';
import { checkCases, quickly } from './cases.ts';
import { canary, wellFormed } from './strange.ts';
import { type Fields, variantsOf } from './variants.ts';

const lines = ['email', 'name', 'title'];
const texts = [...lines, 'description', 'search'];

/** It answers at once; what it takes is in its normal form, and a refusal quotes nothing. */
export function checkRequestSchema(schema: z.ZodType, good: Fields): void | Promise<void> {
  return checkCases(
    fc.property(variantsOf(good), (given) => {
      const parsed = quickly(() => schema.safeParse(given));
      if (!parsed.success) return assert(!JSON.stringify(Object.values(fieldErrors(parsed.error))).includes(canary));
      const data: Fields = Object(parsed.data);
      assert(Object.keys(data).every((name) => name in good));
      for (const name of lines) {
        const line = data[name];
        if (typeof line === 'string') assert(line === line.trim() && !/\p{Cc}/u.test(line));
      }
      // Stored as UTF-8, and PostgreSQL knows no NUL.
      for (const name of texts) {
        const stored = data[name];
        if (typeof stored === 'string') assert(wellFormed(stored) === stored && !stored.includes('\0'));
      }
      if ('email' in data) assert.equal(normalizeEmail(String(data.email)), data.email);
      // Numbers of a query came as text.
      const again = schema.safeParse('page' in good ? given : data);
      assert.deepEqual(again.data, data);
    }),
    700,
  );
}

/** The browser's check of an answer takes and refuses what the contract's schema does. */
export function checkBrowserCheck({ check, contract, good }: CheckedAnswer): void | Promise<void> {
  const schema = contract ?? z.null();
  return checkCases(
    fc.property(variantsOf(good ?? {}), (given) => {
      const written = JSON.stringify(given);
      // zod looks at no field of this name; ours does.
      fc.pre(!written.includes('__proto__'));
      const fromWire: unknown = JSON.parse(written);
      assert.equal(
        quickly(() => check.is(fromWire)),
        schema.safeParse(fromWire).success,
      );
    }),
    800,
  );
}
