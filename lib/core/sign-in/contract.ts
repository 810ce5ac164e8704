/** Declares the request and answer of signing in. */
import { z } from 'zod';
import { email } from '#lib/core/accounts/email.ts';
import { AppError } from '#lib/core/errors.ts';
import { password } from '#lib/core/passwords/contract.ts';
import { routeContract } from '#lib/core/route-contract.ts';
import { api } from '#lib/core/routes.ts';
import { tokenResponse } from '#lib/core/sessions/contract.ts';

export const tokenRequest = z.strictObject({
  email,
  password,
  remember: z.boolean({ error: 'true or false.' }).optional(),
});
export type TokenRequest = z.infer<typeof tokenRequest>;

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
    body: tokenRequest,
    form: passwordGrant,
    answers: { 200: tokenResponse },
    errors: ['invalid_grant', 'unsupported_grant_type', 'slow_down'],
  },
});
