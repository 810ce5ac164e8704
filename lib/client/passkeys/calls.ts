/** Makes the calls of a person who keeps passkeys: adds, names and removes them. */
import { answer, fields, listOf, nothing, number, oneOf, orNull, text } from '#lib/client/answers.ts';
import type { AuthClient } from '#lib/client/auth-client.ts';
import { type Result, resultOf } from '#lib/client/result.ts';
import type { AddPasskeyRequest, CreationAsked, PasskeyInfo } from '#lib/core/passkeys/contract.ts';
import { api, withId } from '#lib/core/routes.ts';
import { isListed } from './request.ts';

export type PasskeyClient = Pick<AuthClient, 'fetch' | 'parts'>;

type Options = CreationAsked['options'];

const yes = (value: unknown): value is true => value === true;
export const creationAsked = answer(
  fields<CreationAsked>({
    ceremony: text,
    options: fields<Options>({
      challenge: text,
      rp: fields<Options['rp']>({ id: text, name: text }),
      user: fields<Options['user']>({ id: text, name: text, displayName: text }),
      pubKeyCredParams: listOf(
        fields<Options['pubKeyCredParams'][number]>({ alg: number, type: oneOf({ 'public-key': true }) }),
      ),
      timeout: number,
      attestation: oneOf({ none: true }),
      excludeCredentials: listOf(isListed),
      authenticatorSelection: fields<Options['authenticatorSelection']>({
        residentKey: oneOf({ required: true }),
        requireResidentKey: yes,
        userVerification: oneOf({ required: true }),
      }),
    }),
  }),
);

export const passkeyInfo = answer(
  fields<PasskeyInfo>({
    id: text,
    name: text,
    synced: (value): value is boolean => typeof value === 'boolean',
    created_at: text,
    last_used_at: orNull(text),
  }),
);

const send = (method: string, body: unknown) => ({
  ...{ method, body: JSON.stringify(body) },
  headers: { 'content-type': 'application/json' },
});

/** Begins to make a passkey. Errors: `email_not_verified`, `too_many_passkeys`, and those of every call that asks who it is. */
export function startPasskey({ fetch }: PasskeyClient): Promise<Result<CreationAsked>> {
  return resultOf(() => fetch(api.passkeysCreation, { method: 'POST' }), creationAsked);
}

/** Adds a passkey that was made. Errors: `invalid_request` with `fields`, those of `startPasskey`, and those of every call. */
export function addPasskey({ fetch }: PasskeyClient, body: AddPasskeyRequest): Promise<Result<PasskeyInfo>> {
  return resultOf(() => fetch(api.passkeys, send('POST', body)), passkeyInfo);
}

/** Gives a passkey another name. Errors: `invalid_request` with `fields`, `not_found`, and those of every call. */
export function renamePasskey({ fetch }: PasskeyClient, id: string, name: string): Promise<Result<PasskeyInfo>> {
  return resultOf(() => fetch(withId(api.onePasskey, id), send('PATCH', { name })), passkeyInfo);
}

/** Removes a passkey. Errors: `last_factor`, `last_way_in`, `not_found`, and those of every call that asks who it is. */
export function removePasskey({ fetch }: PasskeyClient, id: string): Promise<Result<null>> {
  return resultOf(() => fetch(withId(api.onePasskey, id), { method: 'DELETE' }), nothing);
}
