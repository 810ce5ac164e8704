/**
 * Checks in the browser what the API answers, without the contracts' zod, which would be a tenth of all script that a
 * page loads. Types tie each check to its contract, and tests compare it with the contract's schema (`testing/answers.ts`).
 */
import type { User } from '#lib/core/accounts/user.ts';
import type { FieldErrors } from '#lib/core/errors.ts';
import type { TokenResponse } from '#lib/core/sessions/contract.ts';

/** Tells whether the body of an answer is what a call needs. */
export interface Answer<T> {
  is(value: unknown): value is T;
}

type Check<T> = (value: unknown) => value is T;

interface ErrorAnswer {
  error: string;
  error_description: string;
  fields: FieldErrors | undefined;
  factors: string[] | undefined;
  email: string | undefined;
  methods: string[] | undefined;
  second_step: SecondStepAnswer | undefined;
}

/** A second step that is asked for. One at a sign-in has an id and a life, in seconds. */
export interface SecondStepAnswer {
  id: string | undefined;
  factors: string[];
  expires_in: number | undefined;
  /** `confirm` for that of a step-up at a provider. */
  intent: string | undefined;
}

export const tokenResponse = answer(
  fields<TokenResponse>({
    access_token: text,
    token_type: oneOf({ Bearer: true }),
    expires_in: number,
    user: fields<User>({ id: text, email: text, name: orNull(text) }),
  }),
);

/** The body of every refusal. */
export const errorAnswer = answer(
  fields<ErrorAnswer>({
    error: text,
    error_description: text,
    fields: optional(recordOf(listOf(text))),
    factors: optional(listOf(text)),
    email: optional(text),
    methods: optional(listOf(text)),
    second_step: optional(
      fields<SecondStepAnswer>({
        id: optional(text),
        factors: listOf(text),
        expires_in: optional(number),
        intent: optional(text),
      }),
    ),
  }),
);

/** An answer without a body (204). A portal's page with status 200 does not pass for one. */
export const nothing = answer<null>((value) => value === null);

/** The address where a sign-out goes on, at the provider that somebody signed in with. */
export const continued = answer(fields<{ continue: string }>({ continue: text }));

/** Wraps a check as an `Answer`. */
export function answer<T>(check: Check<T>): Answer<T> {
  return { is: check };
}

export function text(value: unknown): value is string {
  return typeof value === 'string';
}

export function number(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** Makes a check for one of the words that are the keys of `words`: the compiler lets none be forgotten. */
export function oneOf<T extends string>(words: Record<T, true>): Check<T> {
  return (value): value is T => text(value) && Object.hasOwn(words, value);
}

export function orNull<T>(check: Check<T>): Check<T | null> {
  return (value): value is T | null => value === null || check(value);
}

/** Makes a check for an object with at least these fields. */
export function fields<T extends object>(checks: { [Name in keyof T]-?: Check<T[Name]> }): Check<T> {
  return (value): value is T => {
    if (!isRecord(value)) return false;
    for (const name in checks) if (!checks[name](value[name])) return false;
    return true;
  };
}

export function optional<T>(check: Check<T>): Check<T | undefined> {
  return (value): value is T | undefined => value === undefined || check(value);
}

export function listOf<T>(check: Check<T>): Check<T[]> {
  return (value): value is T[] => Array.isArray(value) && value.every(check);
}

function recordOf<T>(check: Check<T>): Check<Record<string, T>> {
  return (value): value is Record<string, T> => isRecord(value) && Object.values(value).every(check);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
