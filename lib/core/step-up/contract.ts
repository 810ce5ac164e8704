/** Declares the request and answer of a step-up: showing once more who one is, for what asks for it (RFC 9470). */
import { z } from 'zod';
import { password } from '#lib/core/passwords/contract.ts';
import { routeContract } from '#lib/core/route-contract.ts';
import { api } from '#lib/core/routes.ts';
import { passkeyOf, proofFields } from '#lib/core/second-factors/codes.ts';
import { tokenResponse } from '#lib/core/sessions/contract.ts';

/**
 * The request of a step-up: a passkey alone, or the password, with a code where two-step sign-in is on. Where it is off, the code is
 * not looked at.
 */
export const stepUpRequest = z
  .strictObject({ password: password.optional(), ...proofFields })
  .refine((typed) => typed.password !== undefined || passkeyOf(typed) !== null, {
    path: ['password'],
    error: 'Enter a password.',
  });
export type StepUpRequest = z.infer<typeof stepUpRequest>;

/** Answers with the tokens of a successor, which takes the place of the session at its first use. */
export const stepUpRoute = routeContract({
  path: api.stepUp,
  POST: { body: stepUpRequest, answers: { 200: tokenResponse }, errors: ['forbidden', 'slow_down'] },
});
