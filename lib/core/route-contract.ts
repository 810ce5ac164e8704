/** Types and building blocks for declaring a route's requests and answers. lib/core/contracts.ts lists every route. */
import { z } from 'zod';
import type { ErrorCode, FieldErrors } from './errors.ts';

/** Settings and facts that a request body is checked against, beyond its schema. */
export interface BodyRules {
  passwordMinLength: number;
  /** The signed-in user's email address; empty when nobody is signed in. */
  email: string;
}

/** One method of a route: what it reads from the request, and each answer it may give. */
export interface Operation {
  /** Checks the query string's parameters. A repeated parameter is refused. */
  query?: z.ZodType;
  /** Checks the request headers named in this schema and ignores all others. */
  headers?: z.ZodObject;
  /** Checks the JSON body. A method without this schema ignores any body. */
  body?: z.ZodType;
  /** Turns a form's fields into the input of `body`. Only a method with this function accepts a form. */
  form?: (fields: Record<string, string>) => unknown;
  /** Finds errors in other fields once `body` has refused the input, so that a form shows all its errors at once. */
  alsoWrong?: (fields: Record<string, unknown>, rules: BodyRules) => FieldErrors;
  /** Lets other origins call a public method that reads no cookie and sets none. */
  foreign?: true;
  /** Makes no sense where passwords sign nobody in: refused with `forbidden` then. */
  byPassword?: true;
  /** Asks for a sign-in or a step-up within the last `FRESH_SECONDS`. */
  fresh?: true;
  /** Maps the status of each successful answer to the schema of its body; null means no body. */
  answers: Readonly<Record<number, z.ZodType | null>>;
  /** Lists the error codes that do not already follow from the path, the query or the body. */
  errors?: readonly ErrorCode[];
}

export const contractMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type ContractMethod = (typeof contractMethods)[number];

/** A route: its path, with `[id]` as the placeholder for an id, and each method it answers. */
export type RouteContract = { path: string } & { [Method in ContractMethod]?: Operation };

/** Returns the contract unchanged, with the type of each schema kept for the handlers. */
export function routeContract<const Contract extends RouteContract>(contract: Contract): Contract {
  return contract;
}

/** Builds the schema of a whole number in a query string, from `min` to `max` inclusive; `fallback` if left out. */
export function queryNumber(fallback: number, min: number, max: number) {
  const range = `A whole number from ${min} to ${max}.`;
  return z
    .string()
    .regex(/^\d{1,9}$/, range)
    .transform(Number)
    .pipe(z.number().gte(min, range).lte(max, range))
    .default(fallback);
}

/** Builds the schema of one page of a list. `total` counts the items of the whole list, `pages` its pages. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    total: z.number(),
    page: z.number(),
    size: z.number(),
    pages: z.number(),
  });
}

/** The JSON body of every error answer. */
export const errorResponse = z.object({
  error: z.string(),
  error_description: z.string(),
  fields: z.record(z.string(), z.array(z.string())).optional(),
  factors: z.array(z.string()).optional(),
  email: z.string().optional(),
  methods: z.array(z.string()).optional(),
  second_step: z
    .object({
      id: z.string().optional(),
      factors: z.array(z.string()),
      expires_in: z.number().optional(),
      intent: z.literal('confirm').optional(),
    })
    .optional(),
});

/** Groups a schema's messages by field, for `fields` of an error body. Messages about the whole input are under `_`. */
export function fieldErrors(error: z.core.$ZodError): FieldErrors {
  // A Map, because the field names come from the client and may match an object's inherited properties.
  const fields = new Map<string, string[]>();
  for (const issue of error.issues) {
    const isUnknown = issue.code === 'unrecognized_keys';
    const names = isUnknown ? issue.keys.map((key) => key.slice(0, 64)) : [String(issue.path[0] ?? '_')];
    const message = isUnknown ? 'This field is not known here.' : issue.message;
    for (const name of names) fields.set(name, [...(fields.get(name) ?? []), message]);
  }
  return Object.fromEntries(fields);
}
