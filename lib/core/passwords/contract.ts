/** Declares the requests and answers of changing and resetting a password. */
import { z } from 'zod';
import { email } from '#lib/core/accounts/email.ts';
import type { FieldErrors } from '#lib/core/errors.ts';
import { linkToken } from '#lib/core/mail/token.ts';
import { type BodyRules, routeContract } from '#lib/core/route-contract.ts';
import { api } from '#lib/core/routes.ts';
import { proofFields } from '#lib/core/second-factors/codes.ts';
import { tokenResponse } from '#lib/core/sessions/contract.ts';
import { unfitForText } from '#lib/core/text.ts';
import { passwordProblem } from './rules.ts';

/**
 * Checks a password as typed and outputs it in NFC, never trimmed and never lowercased. The rules for a good new
 * password are in rules.ts. NUL is refused because bcrypt accepts a password followed by NUL and the same password
 * again as that password.
 */
export const password = z
  .string({ error: 'Enter a password.' })
  .min(1, 'Enter a password.')
  .refine((value) => !unfitForText.test(value), 'Leave out characters that are no text.')
  .transform((value) => value.normalize('NFC'));

/** Returns what the rules for a new password find wrong in field `name`: nothing when `value` is no password at all. */
export function newPasswordErrors(name: string, value: unknown, { email, passwordMinLength }: BodyRules): FieldErrors {
  const { data } = password.safeParse(value);
  const problem = data === undefined ? null : passwordProblem(data, { email, minLength: passwordMinLength });
  return problem === null ? {} : { [name]: [problem] };
}

const alsoNewPassword = ({ new_password }: Record<string, unknown>, rules: BodyRules) =>
  newPasswordErrors('new_password', new_password, rules);

/** `current_password` is left out by an account without one, which gets its first. */
export const passwordRequest = z.strictObject({ current_password: password.optional(), new_password: password });

export const passwordRoute = routeContract({
  path: api.password,
  POST: {
    byPassword: true,
    body: passwordRequest,
    alsoWrong: alsoNewPassword,
    answers: { 200: tokenResponse },
    // Only where two-step sign-in is on.
    errors: ['insufficient_user_authentication', 'invalid_request', 'slow_down'],
  },
});

/** The request to be mailed a link to set a new password. Its answer is the same whoever it is. */
export const passwordForgotRoute = routeContract({
  path: api.passwordForgot,
  POST: {
    byPassword: true,
    body: z.strictObject({ email }),
    answers: { 202: z.object({}) },
    errors: ['invalid_request', 'not_found', 'slow_down'],
  },
});

/**
 * The request that sets a password with a link, whose secret is `token`. The proof is asked for where two-step sign-in is on.
 * `remove_ways_in` removes identities, and all passkeys but the one that is the proof.
 */
export const passwordResetRequest = z.strictObject({
  token: linkToken,
  new_password: password,
  ...proofFields,
  remove_ways_in: z.boolean({ error: 'true or false.' }).optional(),
});
export type PasswordResetRequest = z.infer<typeof passwordResetRequest>;

export const passwordResetRoute = routeContract({
  path: api.passwordReset,
  POST: {
    byPassword: true,
    body: passwordResetRequest,
    alsoWrong: alsoNewPassword,
    answers: { 204: null },
    errors: ['invalid_request', 'second_step_required', 'slow_down'],
  },
});

/** Leads password managers to the page that changes the password (https://www.w3.org/TR/change-password-url/). */
export const changePasswordRoute = routeContract({ path: api.changePassword, GET: { answers: { 303: null } } });
