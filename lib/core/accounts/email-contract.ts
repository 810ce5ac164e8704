/** Declares the requests and answers of changing the address of an account, and of undoing that. */
import { z } from 'zod';
import { mailedCode } from '#lib/core/mail/code.ts';
import { linkToken } from '#lib/core/mail/token.ts';
import { routeContract } from '#lib/core/route-contract.ts';
import { api } from '#lib/core/routes.ts';
import { proofFields } from '#lib/core/second-factors/codes.ts';
import { email } from './email.ts';
import { user } from './user.ts';

/** A change of address that waits for the code in a mail. The answer is the same for a free and a taken address. */
export const emailAsked = z.object({ expires_in: z.number() });

/** Asks for another address, or to prove the present one, and gives the change up. */
export const emailRoute = routeContract({
  path: api.email,
  POST: {
    body: z.strictObject({ email }),
    fresh: true,
    answers: { 202: emailAsked },
    errors: ['invalid_request', 'not_found', 'slow_down'],
  },
  DELETE: { answers: { 204: null } },
});

/** Makes the change, once the code is typed. */
export const emailCodeRoute = routeContract({
  path: api.emailCode,
  POST: {
    body: z.strictObject({ code: mailedCode }),
    answers: { 200: z.object({ user }) },
    errors: ['insufficient_user_authentication', 'invalid_request', 'email_taken', 'not_found'],
  },
});

/**
 * The request that brings an earlier address back. `email` is that address, which a program that opens links does not type. The
 * proof is asked for where there was a factor before the change.
 */
export const emailUndoRequest = z.strictObject({ token: linkToken, email, ...proofFields });
export type EmailUndoRequest = z.infer<typeof emailUndoRequest>;

export const emailUndoRoute = routeContract({
  path: api.emailUndo,
  POST: {
    body: emailUndoRequest,
    answers: { 204: null },
    errors: ['invalid_request', 'second_step_required', 'slow_down'],
  },
});
