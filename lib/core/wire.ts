/** What several contracts are made of. */
import * as z from 'zod/mini';

/** What text of one line has not: control characters, and halves of a character, which no database gives back as they came. */
export const unfitForLine = /[\p{Cc}\p{Cs}]/u;

/** What longer text has not: those halves, and NUL, which PostgreSQL refuses. */
export const unfitForText = /[\0\p{Cs}]/u;

/** A whole number from a query string, within `min` and `max`. */
export function queryNumber(fallback: number, min: number, max: number) {
  const range = `A whole number from ${min} to ${max}.`;
  return z._default(
    z.pipe(
      z.pipe(
        z.string().check(z.regex(/^\d{1,9}$/, range)),
        z.transform((value: string) => Number(value)),
      ),
      z.number().check(z.gte(min, range), z.lte(max, range)),
    ),
    fallback,
  );
}

/** A page of a list, and how many there are in all. */
export function pageOf<T extends z.ZodMiniType>(item: T) {
  return z.object({
    items: z.array(item),
    total: z.number(),
    page: z.number(),
    size: z.number(),
    pages: z.number(),
  });
}
export const errorResponse = z.object({
  error: z.string(),
  error_description: z.string(),
  fields: z.optional(z.record(z.string(), z.array(z.string()))),
});

/** Messages by field, for the first `fields` of a failed request; a message about the whole stands under `_`. */
export function fieldErrors(error: z.core.$ZodError): Record<string, string[]> {
  // A map: names come from outside, and an object has inherited ones.
  const fields = new Map<string, string[]>();
  for (const issue of error.issues) {
    const names =
      issue.code === 'unrecognized_keys' ? issue.keys.map((key) => key.slice(0, 64)) : [String(issue.path[0] ?? '_')];
    const message = issue.code === 'unrecognized_keys' ? 'This field is not known here.' : issue.message;
    for (const name of names) fields.set(name, [...(fields.get(name) ?? []), message]);
  }
  return Object.fromEntries(fields);
}
