/** The calls of a sign-up that waits for a code in a mail. `registerWithCode` of begin-session.ts ends it. */
import type { RegisterRequest, SignUp } from '#lib/core/accounts/contract.ts';
import { api } from '#lib/core/routes.ts';
import { answer, fields, number, text } from './answers.ts';
import { cookiesBlocked } from './begin-session.ts';
import { type Result, resultOf } from './result.ts';

/** The answer to beginning a sign-up. */
export const signUp = answer(fields<SignUp>({ sign_up_id: text, expires_in: number }));

/** The answer to asking for the code again: an empty object. */
export const again = answer(fields<Record<string, never>>({}));

/**
 * Begins a sign-up; the code is mailed. Errors: `invalid_request` with `fields`, `slow_down`, `cookies_blocked` where the browser
 * says so, and those of every call.
 */
export async function beginSignUp(body: RegisterRequest): Promise<Result<SignUp>> {
  if (navigator.cookieEnabled === false)
    return cookiesBlocked('Your browser keeps no cookies for this site. Signing up needs one.');
  return resultOf(() => post(api.register, body), signUp);
}

/** Has the code mailed again. Errors: `invalid_request` with field `sign_up`, `slow_down`, and those of every call. */
export function mailCodeAgain(signUpId: string): Promise<Result<Record<string, never>>> {
  return resultOf(() => post(api.registerResend, { sign_up_id: signUpId }), again);
}

function post(path: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
}
