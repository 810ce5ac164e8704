/** Declares the requests and answers of signing in: the password, then the second step where one is asked for. */
import { z } from 'zod';
import { email } from '#lib/core/accounts/email.ts';
import { AppError } from '#lib/core/errors.ts';
import { password } from '#lib/core/passwords/contract.ts';
import { fieldErrors, routeContract } from '#lib/core/route-contract.ts';
import { api } from '#lib/core/routes.ts';
import { proofFields } from '#lib/core/second-factors/codes.ts';
import { tokenResponse } from '#lib/core/sessions/contract.ts';

export const tokenRequest = z.strictObject({
  email,
  password,
  remember: z.boolean({ error: 'true or false.' }).optional(),
});
export type TokenRequest = z.infer<typeof tokenRequest>;

const secondStepRequest = z
  .strictObject({
    second_step_id: z.string({ error: 'Start again.' }).max(36, 'This is no sign-in of ours.'),
    ...proofFields,
    remember_device: z.boolean({ error: 'true or false.' }).optional(),
  })
  .superRefine(({ code, recovery_code }, context) => {
    if ((code === undefined) === (recovery_code === undefined))
      context.addIssue({ code: 'custom', path: ['code'], message: 'Send a code or a recovery code.' });
  });
export type SecondStepRequest = z.infer<typeof secondStepRequest>;

/** Checks either request: one that has a `second_step_id` as the second step, so that its errors are those of its fields. */
export const signInRequest = z.unknown().transform((body, context): TokenRequest | SecondStepRequest => {
  const isSecond = typeof body === 'object' && body !== null && 'second_step_id' in body;
  const parsed = (isSecond ? secondStepRequest : tokenRequest).safeParse(body);
  if (parsed.success) return parsed.data;
  for (const [field, messages] of Object.entries(fieldErrors(parsed.error)))
    for (const message of messages) context.addIssue({ code: 'custom', path: [field], message });
  return z.NEVER;
});

/**
 * Reads the form of RFC 6749 section 4.3.2. An empty `grant_type` counts as left out, an unknown parameter is ignored.
 * Throws `unsupported_grant_type`.
 */
function passwordGrant({ grant_type, username, password: typed }: Record<string, string>): unknown {
  if (grant_type && grant_type !== 'password') throw new AppError('unsupported_grant_type');
  return { email: username, password: typed };
}

export const tokenRoute = routeContract({
  path: api.token,
  POST: {
    body: signInRequest,
    form: passwordGrant,
    answers: { 200: tokenResponse },
    errors: ['invalid_grant', 'unsupported_grant_type', 'second_step_required', 'slow_down'],
  },
});
