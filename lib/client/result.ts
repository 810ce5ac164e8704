/** What a call to the API came to: the value, or an error that a page can show. Nothing here throws. */

import type { FieldErrors } from '#lib/core/errors.ts';
import { errorAnswer } from './answers.ts';
import { SignedOutError } from './client-errors.ts';
import type { Schema } from './shape.ts';

export interface RequestError {
  /** A code of lib/core/errors.ts, or `unreachable` (no usable answer came) or `signed_out` (the session is over). */
  code: string;
  /** For people. */
  description: string;
  fields?: FieldErrors;
  retryAfterSeconds?: number;
}

export type Result<T> = { ok: true; value: T } | { ok: false; error: RequestError };

const noAnswer = 'The server could not be reached. Check the connection and try again.';
const sessionOver = 'The session is over. Please sign in again.';

/** Reads an answer. What is not in the API's own shape, such as a portal's HTML, counts as `unreachable`. */
async function readAnswer<T>(response: Response, schema: Schema<T>): Promise<Result<T>> {
  const body = await readJson(response);
  if (response.ok) {
    const parsed = schema.safeParse(body);
    return parsed.success ? { ok: true, value: parsed.data } : unreachable(response);
  }
  const parsed = errorAnswer.safeParse(body);
  if (!parsed.success) return unreachable(response);
  const { error: code, error_description: description, fields } = parsed.data;
  return { ok: false, error: { code, description, ...(fields && { fields }), ...retryAfter(response) } };
}

/** Makes a call and reads its answer; a rejected call becomes `signed_out` or `unreachable`. */
export async function resultOf<T>(call: () => Promise<Response>, schema: Schema<T>): Promise<Result<T>> {
  try {
    return await readAnswer(await call(), schema);
  } catch (error) {
    return failure(error);
  }
}

/** What a rejected call came to. */
export function failure(error: unknown): Result<never> {
  return error instanceof SignedOutError
    ? { ok: false, error: { code: 'signed_out', description: sessionOver } }
    : unreachable();
}

/** The `error` of a refusal in the API's own shape, or null. Reads the body. */
export async function readErrorCode(response: Response): Promise<string | null> {
  const parsed = errorAnswer.safeParse(await readJson(response));
  return parsed.success ? parsed.data.error : null;
}

function unreachable(response?: Response): Result<never> {
  return {
    ok: false,
    error: { code: 'unreachable', description: noAnswer, ...(response && retryAfter(response)) },
  };
}

function retryAfter(response: Response): { retryAfterSeconds?: number } {
  const value = response.headers.get('retry-after');
  if (value === null || !/^\d{1,9}$/.test(value)) return {};
  return { retryAfterSeconds: Number(value) };
}

/** The body as JSON; null where there is none by status, undefined where it is not JSON. */
async function readJson(response: Response): Promise<unknown> {
  if (response.status === 204) return null;
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
