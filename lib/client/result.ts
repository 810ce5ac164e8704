/** The outcome of a call to the API: its value, or an error that a page can show. */
import type { FieldErrors } from '#lib/core/errors.ts';
import { type Answer, errorAnswer, type SecondStepAnswer } from './answers.ts';
import type { Environment } from './environment.ts';

export interface RequestError {
  /** A code of lib/core/errors.ts, or `unreachable` (no usable answer came) or `signed_out` (the session is over). */
  code: string;
  /** One sentence that a page shows as it is. */
  description: string;
  fields?: FieldErrors;
  /** With `insufficient_user_authentication`: what the person can confirm with. */
  factors?: readonly string[];
  /** With `link_required`: the address of the account. */
  email?: string;
  /**
   * With `link_required`: the ways to sign in to the account, `provider:<id>` among them. With `insufficient_user_authentication`: the
   * providers that the person can confirm with.
   */
  methods?: readonly string[];
  /** With `second_step_required`: what is asked for. */
  secondStep?: SecondStepAnswer;
  retryAfterSeconds?: number;
}

/** Lists what the person can confirm with, a provider as `provider:<id>`, as far as the refusal says so. */
export function waysToConfirm({ factors, methods = [] }: Pick<RequestError, 'factors' | 'methods'>) {
  return factors && [...factors, ...methods];
}

interface Failed {
  ok: false;
  error: RequestError;
}

export type Result<T> = { ok: true; value: T } | Failed;

/** Thrown when no access token can be had just now. Nobody is signed out: the client keeps trying, and so may the caller. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';

  constructor() {
    super('The session could not be refreshed: the server is out of reach.');
  }
}

/** Thrown when the session is over. Only signing in helps. */
export class SignedOutError extends Error {
  override readonly name = 'SignedOutError';

  constructor() {
    super('The session is over.');
  }
}

/** Makes a call and reads its answer. Never rejects: a call that does becomes `signed_out` or `unreachable`. */
export async function resultOf<T>(call: () => Promise<Response>, answer: Answer<T>): Promise<Result<T>> {
  try {
    return await readAnswer(await call(), answer);
  } catch (error) {
    return failure(error);
  }
}

export interface CallLimit {
  env: Environment;
  /** Milliseconds for the call and the reading of its answer. */
  limitMs: number;
  /** Aborts the call sooner. */
  signal?: AbortSignal;
}

/** Makes a call with a signal that aborts after `limitMs`, and reads its answer. Never rejects. */
export async function resultWithin<T>(
  { env, limitMs, signal }: CallLimit,
  call: (signal: AbortSignal) => Promise<Response>,
  answer: Answer<T>,
): Promise<Result<T>> {
  const controller = new AbortController();
  const abort = () => controller.abort();
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort);
  const cancelTimer = env.setTimer(abort, limitMs);
  const result = await resultOf(() => call(controller.signal), answer);
  cancelTimer();
  signal?.removeEventListener('abort', abort);
  return result;
}

/** Makes the outcome of a call that rejected. */
export function failure(error: unknown): Result<never> {
  if (!(error instanceof SignedOutError)) return unreachable();
  return { ok: false, error: { code: 'signed_out', description: 'The session is over. Please sign in again.' } };
}

/** Reads a refusal. One that is not in the API's form counts as `unreachable`. */
export async function readRefusal(response: Response): Promise<RequestError> {
  const body = await readJson(response);
  if (!errorAnswer.is(body)) return unreachable(response).error;
  const { error: code, error_description: description, fields, factors, email, methods, second_step } = body;
  const said = {
    ...(fields && { fields }),
    ...(factors && { factors }),
    ...(email && { email }),
    ...(methods && { methods }),
    ...(second_step && { secondStep: second_step }),
  };
  return { code, description, ...said, ...retryAfter(response) };
}

/** Reads an answer. One that is not in the API's form, such as a portal's HTML, counts as `unreachable`. */
async function readAnswer<T>(response: Response, answer: Answer<T>): Promise<Result<T>> {
  if (!response.ok) return { ok: false, error: await readRefusal(response) };
  const body = await readJson(response);
  return answer.is(body) ? { ok: true, value: body } : unreachable(response);
}

function unreachable(response?: Response): Failed {
  const description = response
    ? foreignWords(response.status)
    : 'The server could not be reached. Check the connection and try again.';
  return { ok: false, error: { code: 'unreachable', description, ...(response && retryAfter(response)) } };
}

/** Says what came in place of an answer of the app: from a proxy, or from a network that wants a sign-in. */
function foreignWords(status: number): string {
  if (status !== 401 && status !== 407)
    return `Something in front of this app answered instead of it (${status}). Check the connection and try again.`;
  return `Something in front of this app asks for a sign-in of its own (${status}). Load the page again. If that does not help, tell whoever runs this site.`;
}

function retryAfter(response: Response): { retryAfterSeconds?: number } {
  const value = response.headers.get('retry-after');
  if (value === null || !/^\d{1,9}$/.test(value)) return {};
  return { retryAfterSeconds: Number(value) };
}

/** Reads the body as JSON. Returns null for a 204, which has none, and undefined if it is not JSON. */
async function readJson(response: Response): Promise<unknown> {
  if (response.status === 204) return null;
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
