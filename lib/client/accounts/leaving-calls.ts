/** Makes the calls of a person who takes their data along, or leaves. */
import { answer, fields, nothing, text } from '#lib/client/answers.ts';
import type { AuthClient } from '#lib/client/auth-client.ts';
import { authorization, type ClientParts, changeCookies } from '#lib/client/cookie-calls.ts';
import { failure, type Result, resultOf } from '#lib/client/result.ts';
import type { HeldToken } from '#lib/client/token-store.ts';
import { withConfirmation } from '#lib/client/with-confirmation.ts';
import type { Closing } from '#lib/core/accounts/contract.ts';
import { api } from '#lib/core/routes.ts';

/** The answer to leaving, unless the account is gone at once: that answer has no body. */
export const closing = answer(fields<Closing>({ deletes_at: text }));
const left = { is: (value: unknown): value is Closing | null => nothing.is(value) || closing.is(value) };

type Client = Pick<AuthClient, 'parts' | 'fetch'>;

/** A file to be kept. */
export interface DataFile {
  name: string;
  content: Blob;
}

/** Gets the file with all that is kept about the person. Errors: `slow_down`, `insufficient_user_authentication` if they did not confirm who they are, and those of every call. */
export async function takeData({ fetch }: Pick<Client, 'fetch'>): Promise<Result<DataFile>> {
  try {
    const response = await fetch(api.export);
    const [, name] = /^attachment; filename="([\w.-]+)"$/.exec(response.headers.get('content-disposition') ?? '') ?? [];
    // One that was cut off on the way rejects here.
    if (response.ok && name) return { ok: true, value: { name, content: await response.blob() } };
    const refusal = await resultOf(async () => response, nothing);
    return refusal.ok ? failure(null) : refusal;
  } catch (error) {
    return failure(error);
  }
}

/**
 * Closes the account of the person, and with it every session. Returns when the account is deleted; null if it is gone.
 * The caller then leaves by a document navigation, as after `signOut`. Errors: `insufficient_user_authentication` if the person did
 * not confirm who they are, and those of every call.
 */
export function leave({ parts }: Pick<Client, 'parts'>): Promise<Result<Closing | null>> {
  return withConfirmation(parts, (token) => close(parts, token));
}

function close(parts: ClientParts, token: HeldToken): Promise<Result<Closing | null>> {
  const { store, tabs } = parts;
  const init = { method: 'DELETE', headers: authorization(token) };
  return changeCookies(parts, { path: api.me, init, answer: left }, (value) => {
    tabs.post({ type: 'signed-out', ...store.claims() });
    store.markSignedOut();
    return { ok: true, value };
  });
}
