/** Declares the request and answer of a step-up: showing once more who one is, for what asks for it (RFC 9470). */
import { z } from 'zod';
import { password } from '#lib/core/passwords/contract.ts';
import { routeContract } from '#lib/core/route-contract.ts';
import { api } from '#lib/core/routes.ts';
import { tokenResponse } from '#lib/core/sessions/contract.ts';

export const stepUpRequest = z.strictObject({ password });
export type StepUpRequest = z.infer<typeof stepUpRequest>;

/** Answers with the tokens of a successor, which takes the place of the session at its first use. */
export const stepUpRoute = routeContract({
  path: api.stepUp,
  POST: { body: stepUpRequest, answers: { 200: tokenResponse }, errors: ['slow_down'] },
});
