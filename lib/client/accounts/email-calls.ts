/** Makes the calls of a person who changes the address of their account, or takes an earlier one back. */
import type { z } from 'zod';
import { answer, fields, nothing, number, orNull, text } from '#lib/client/answers.ts';
import type { AuthClient } from '#lib/client/auth-client.ts';
import { type Result, resultOf } from '#lib/client/result.ts';
import type { emailAsked as askedSchema, EmailUndoRequest, emailCodeRoute } from '#lib/core/accounts/email-contract.ts';
import type { User } from '#lib/core/accounts/user.ts';
import { api } from '#lib/core/routes.ts';

type Asked = z.infer<typeof askedSchema>;
type Changed = z.infer<(typeof emailCodeRoute)['POST']['answers'][200]>;

/** The answer to asking for another address. */
export const emailAsked = answer(fields<Asked>({ expires_in: number }));

/** The answer to the code that makes the change. */
export const emailChanged = answer(
  fields<Changed>({ user: fields<User>({ id: text, email: text, name: orNull(text) }) }),
);

type Client = Pick<AuthClient, 'fetch'>;
const headers = { 'content-type': 'application/json' };

/** Asks for another address, or to prove the present one. Errors: `invalid_request` with field `email`, `slow_down`, and those of every call. */
export function askForEmail({ fetch }: Client, email: string): Promise<Result<Asked>> {
  const init = { method: 'POST', headers, body: JSON.stringify({ email }) };
  return resultOf(() => fetch(api.email, init), emailAsked);
}

/**
 * Sends the code from the mail. Errors: `insufficient_user_authentication`, `invalid_request` with field `code`, `email_taken`, and
 * those of every call.
 */
export function confirmEmail({ fetch }: Client, code: string): Promise<Result<Changed>> {
  const init = { method: 'POST', headers, body: JSON.stringify({ code }) };
  return resultOf(() => fetch(api.emailCode, init), emailChanged);
}

/** Gives the change up that waits for its code. */
export function giveUpEmail({ fetch }: Client): Promise<Result<null>> {
  return resultOf(() => fetch(api.email, { method: 'DELETE' }), nothing);
}

/** Undoes a change by the secret of a mailed link. Errors: `invalid_request` with field `token` or `email`, `slow_down`, and those of every call. */
export function undoEmailChange(body: EmailUndoRequest): Promise<Result<null>> {
  return resultOf(() => fetch(api.emailUndo, { method: 'POST', headers, body: JSON.stringify(body) }), nothing);
}
