/** Makes the calls of a person who sets up, changes or removes what they show beside their password. */
import { answer, fields, listOf, nothing, number, optional, text, tokenResponse } from '#lib/client/answers.ts';
import type { AuthClient } from '#lib/client/auth-client.ts';
import { withToken } from '#lib/client/cookie-calls.ts';
import { type Result, resultOf } from '#lib/client/result.ts';
import { succeed } from '#lib/client/step-up.ts';
import { api, withId } from '#lib/core/routes.ts';
import type {
  NewRecoveryCodes,
  TotpConfirmed,
  TotpConfirmRequest,
  TotpSetup,
  TwoStepRequest,
  TwoStepState,
} from '#lib/core/second-factors/contract.ts';

type Client = Pick<AuthClient, 'parts' | 'fetch'>;

export const totpSetup = answer(
  fields<TotpSetup>({
    secret: text,
    uri: text,
    qr: fields<TotpSetup['qr']>({ size: number, path: text }),
    expires_in: number,
  }),
);

const codes = fields<Pick<TotpConfirmed, 'recovery_codes'>>({ recovery_codes: optional(listOf(text)) });
export const totpConfirmed = answer((value): value is TotpConfirmed => tokenResponse.is(value) && codes(value));
export const twoStepState = answer(
  fields<TwoStepState>({
    two_step: (value): value is boolean => typeof value === 'boolean',
    recovery_codes: optional(listOf(text)),
  }),
);
export const newRecoveryCodes = answer(fields<NewRecoveryCodes>({ recovery_codes: listOf(text) }));

const send = (method: string, body: unknown) => ({
  ...{ method, body: JSON.stringify(body) },
  headers: { 'content-type': 'application/json' },
});

/** Begins to set up an authenticator app. Errors: `email_not_verified`, and those of every call that asks who it is. */
export function startTotp({ fetch }: Client): Promise<Result<TotpSetup>> {
  return resultOf(() => fetch(api.totp, { method: 'POST' }), totpSetup);
}

/** Puts the app into use, by its first code, in a successor of this session. Errors: `invalid_request` with `fields`, and those of every call. */
export function confirmTotp({ parts }: Client, body: TotpConfirmRequest): Promise<Result<TotpConfirmed>> {
  return withToken(parts, (token) => succeed(parts, token, { path: api.totpConfirm, body, answer: totpConfirmed }));
}

/** Removes the app. Errors: `last_factor`, and those of every call that asks who it is. */
export function removeTotp({ fetch }: Client): Promise<Result<null>> {
  return resultOf(() => fetch(api.totp, { method: 'DELETE' }), nothing);
}

/** Turns two-step sign-in on or off. Errors: `no_factor`, `email_not_verified`, and those of every call that asks who it is. */
export function setTwoStep({ fetch }: Client, body: TwoStepRequest): Promise<Result<TwoStepState>> {
  return resultOf(() => fetch(api.twoStep, send('PUT', body)), twoStepState);
}

/** Makes new recovery codes. Errors: `no_factor`, and those of every call that asks who it is. */
export function renewRecoveryCodes({ fetch }: Client): Promise<Result<NewRecoveryCodes>> {
  return resultOf(() => fetch(api.recoveryCodes, { method: 'POST' }), newRecoveryCodes);
}

/** Forgets a trusted device. Errors: `not_found`, and those of every call. */
export function forgetDevice({ fetch }: Client, id: string): Promise<Result<null>> {
  return resultOf(() => fetch(withId(api.trustedDevice, id), { method: 'DELETE' }), nothing);
}
