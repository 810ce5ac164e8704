/** Makes the calls of somebody who forgot the password, and is not signed in. */
import type { z } from 'zod';
import { answer, fields } from '#lib/client/answers.ts';
import { type Result, resultOf } from '#lib/client/result.ts';
import type { passwordForgotRoute } from '#lib/core/passwords/contract.ts';
import { api } from '#lib/core/routes.ts';

type Accepted = z.infer<(typeof passwordForgotRoute)['POST']['answers'][202]>;
export const accepted = answer(fields<Accepted>({}));

/** Milliseconds that the call may take. */
const answerWithinMs = 20_000;

/** Asks for a mail with a link. Errors: `invalid_request` with `fields`, `slow_down`, `not_found`, and those of every call. */
export function askForPasswordLink(email: string): Promise<Result<Accepted>> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ email });
  const call = () =>
    fetch(api.passwordForgot, { method: 'POST', headers, body, signal: AbortSignal.timeout(answerWithinMs) });
  return resultOf(call, accepted);
}
