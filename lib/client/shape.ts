/**
 * Checks of what comes from outside, made of small parts. The server's schemas are zod's; in the browser that library
 * would be a tenth of all script that a page loads. The types hold the two together, and answers.test.ts the behaviour.
 */

/** What a call needs of a schema; zod's fit too. */
export interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false };
}

export type Check<T> = (value: unknown) => value is T;

export const text: Check<string> = (value) => typeof value === 'string';
export const number: Check<number> = (value): value is number => typeof value === 'number' && Number.isFinite(value);
export const flag: Check<boolean> = (value) => typeof value === 'boolean';

export function exactly<T extends string>(word: T): Check<T> {
  return (value): value is T => value === word;
}

export function orNull<T>(check: Check<T>): Check<T | null> {
  return (value): value is T | null => value === null || check(value);
}

export function optional<T>(check: Check<T>): Check<T | undefined> {
  return (value): value is T | undefined => value === undefined || check(value);
}

export function listOf<T>(check: Check<T>): Check<T[]> {
  return (value): value is T[] => Array.isArray(value) && value.every(check);
}

export function recordOf<T>(check: Check<T>): Check<Record<string, T>> {
  return (value): value is Record<string, T> => isRecord(value) && Object.values(value).every(check);
}

/** Has at least these fields. */
export function shape<T extends object>(fields: { [Name in keyof T]-?: Check<T[Name]> }): Check<T> {
  return (value): value is T => {
    if (!isRecord(value)) return false;
    for (const name in fields) if (!fields[name](value[name])) return false;
    return true;
  };
}

export function schema<T>(check: Check<T>): Schema<T> {
  return { safeParse: (value) => (check(value) ? { success: true, data: value } : { success: false }) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
