/**
 * Names each check that the browser makes of an answer, and the schema that it must agree with. A feature with checks of its own
 * has a table like this in its folder `testing`. lib/client/answers.test.ts and tests/fuzz/schemas.test.ts go through them all.
 */
import type { z } from 'zod';
import { type Answer, continued, errorAnswer, nothing, tokenResponse } from '#lib/client/answers.ts';
import { again, signUp } from '#lib/client/sign-up-calls.ts';
import * as accounts from '#lib/core/accounts/contract.ts';
import { errorResponse } from '#lib/core/route-contract.ts';
import * as sessions from '#lib/core/sessions/contract.ts';

export interface CheckedAnswer {
  name: string;
  check: Answer<unknown>;
  /** The schema that a route declares for its answer; null means no body. */
  contract: z.ZodType | null;
  /** An answer that passes the check and the schema. */
  good: Readonly<Record<string, unknown>> | null;
}

const person = { id: 'u1', email: 'ann@example.org', name: null };

export const checkedAnswers: readonly CheckedAnswer[] = [
  {
    name: 'tokenResponse',
    check: tokenResponse,
    contract: sessions.tokenResponse,
    good: { access_token: 'a.b.c', token_type: 'Bearer', expires_in: 300, user: person },
  },
  {
    name: 'signUp',
    check: signUp,
    contract: accounts.signUp,
    good: { sign_up_id: 'u1', expires_in: 3600 },
  },
  { name: 'again', check: again, contract: accounts.registerResendRoute.POST.answers[202], good: {} },
  {
    name: 'errorAnswer',
    check: errorAnswer,
    contract: errorResponse,
    good: { error: 'invalid_request', error_description: 'No.', fields: { title: ['At most 200 characters.'] } },
  },
  {
    name: 'errorAnswer with a second step',
    check: errorAnswer,
    contract: errorResponse,
    good: {
      error: 'second_step_required',
      error_description: 'No.',
      second_step: { id: 'one', factors: ['totp'], expires_in: 600 },
    },
  },
  {
    name: 'continued',
    check: continued,
    contract: sessions.signedOut,
    good: { continue: 'https://id.example.org/end?client_id=latchkey' },
  },
  { name: 'nothing', check: nothing, contract: null, good: null },
];
