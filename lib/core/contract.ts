/** How a route is declared: what it takes and what it answers. `lib/core/contracts.ts` lists every route. */
import { z } from 'zod';
import type { ErrorCode, FieldErrors } from './errors.ts';

/** Settings and facts that the rules for a request's body depend on. */
export interface BodyRules {
  passwordMinLength: number;
  /** The address of the person who asks; empty for a stranger. */
  email: string;
}

/** One method of a route. */
export interface Operation {
  /** Checks the parameters of the query string. Each may come once. */
  query?: z.ZodType;
  /** Checks the request headers that it names. */
  headers?: z.ZodObject;
  /** Checks the JSON body. Left out: the method takes no body. */
  body?: z.ZodType;
  /** Turns the fields of a form into what `body` checks, where the method takes a form too. */
  form?: (fields: Record<string, string>) => unknown;
  /** Finds what is wrong with other fields once `body` has refused one, so that a form hears of all its faults at once. */
  alsoWrong?: (fields: Record<string, unknown>, rules: BodyRules) => FieldErrors;
  /** Describes the body of each good answer by its status. Null: the answer has none. */
  answers: Readonly<Record<number, z.ZodType | null>>;
  /** Names the errors that do not follow from the path, the query or the body. */
  errors?: readonly ErrorCode[];
}

export const contractMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type ContractMethod = (typeof contractMethods)[number];

/** A route: its path, with `[id]` where an id stands, and each method that it answers. */
export type RouteContract = { path: string } & { [Method in ContractMethod]?: Operation };

/** Declares a route; keeps each schema's type for the handler. */
export function routeContract<const Contract extends RouteContract>(contract: Contract): Contract {
  return contract;
}

/** A whole number from a query string, within `min` and `max`. */
export function queryNumber(fallback: number, min: number, max: number) {
  const range = `A whole number from ${min} to ${max}.`;
  return z
    .string()
    .regex(/^\d{1,9}$/, range)
    .transform(Number)
    .pipe(z.number().gte(min, range).lte(max, range))
    .default(fallback);
}

/** One page of a list, and how many items the list has in all. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    total: z.number(),
    page: z.number(),
    size: z.number(),
    pages: z.number(),
  });
}

/** The body of every refusal. */
export const errorResponse = z.object({
  error: z.string(),
  error_description: z.string(),
  fields: z.record(z.string(), z.array(z.string())).optional(),
});

/** Sorts a schema's messages by field, for the `fields` of a refusal. A message about the whole stands under `_`. */
export function fieldErrors(error: z.core.$ZodError): FieldErrors {
  // A map: names come from outside, and an object has inherited ones.
  const fields = new Map<string, string[]>();
  for (const issue of error.issues) {
    const isUnknown = issue.code === 'unrecognized_keys';
    const names = isUnknown ? issue.keys.map((key) => key.slice(0, 64)) : [String(issue.path[0] ?? '_')];
    const message = isUnknown ? 'This field is not known here.' : issue.message;
    for (const name of names) fields.set(name, [...(fields.get(name) ?? []), message]);
  }
  return Object.fromEntries(fields);
}
