/** Declares the requests and answers of signing in: the password, then the second step where one is asked for, or a passkey. */
import { z } from 'zod';
import { email } from '#lib/core/accounts/email.ts';
import { AppError } from '#lib/core/errors.ts';
import { passkeyFields } from '#lib/core/passkeys/credential.ts';
import { password } from '#lib/core/passwords/contract.ts';
import { fieldErrors, routeContract } from '#lib/core/route-contract.ts';
import { api } from '#lib/core/routes.ts';
import { passkeyOf, proofFields } from '#lib/core/second-factors/codes.ts';
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
  .superRefine((typed, context) => {
    const proofs = [typed.code, typed.recovery_code, passkeyOf(typed) ?? undefined];
    if (proofs.filter((proof) => proof !== undefined).length !== 1)
      context.addIssue({ code: 'custom', path: ['code'], message: 'Send a code, a recovery code or a passkey.' });
  });
export type SecondStepRequest = z.infer<typeof secondStepRequest>;

const passkeyRequest = z.strictObject({
  ...passkeyFields,
  remember: z.boolean({ error: 'true or false.' }).optional(),
});
export type PasskeyRequest = z.infer<typeof passkeyRequest>;

type SignInRequest = TokenRequest | SecondStepRequest | PasskeyRequest;

/** Picks the form of a request: it is the second step if it has a `second_step_id`, else a passkey alone if it has a `credential`. */
function formOf(body: unknown): z.ZodType<SignInRequest> {
  const has = (name: string) => typeof body === 'object' && body !== null && name in body;
  return has('second_step_id') ? secondStepRequest : has('credential') ? passkeyRequest : tokenRequest;
}

/** Checks any of the requests, so that its errors are those of its own fields. */
export const signInRequest = z.unknown().transform((body, context): SignInRequest => {
  const parsed = formOf(body).safeParse(body);
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
    // `next` with the second step of a step-up at a provider, which takes the access token of its session too.
    answers: { 200: tokenResponse.extend({ next: z.string().optional() }) },
    errors: [
      'invalid_grant',
      'unsupported_grant_type',
      'second_step_required',
      'unauthorized',
      'invalid_token',
      'slow_down',
    ],
  },
});
