/** Reads what a request brings and checks it by the route's contract. */
import 'server-only';
import type { z } from 'zod';
import { type BodyRules, fieldErrors, type Operation } from '#lib/core/contract.ts';
import { AppError, type FieldErrors, invalid } from '#lib/core/errors.ts';
import { bodyLimitBytes } from '#lib/core/policy.ts';
import { problemInJsonKeys } from './json-keys.ts';

/** The JSON body, or the form where one is taken, as the contract's schema gives it. Throws 415, 413, or 400 with `fields`. */
export async function readBody(
  request: Request,
  { body: schema, form, alsoWrong }: Pick<Operation, 'body' | 'form' | 'alsoWrong'>,
  rules: BodyRules,
): Promise<unknown> {
  if (!schema) return undefined;
  const value = await bodyOf(request, form);
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const known = typeof value === 'object' && value !== null ? { ...value } : {};
  throw invalid({ ...alsoWrong?.(known, rules), ...fieldErrors(result.error) });
}

/** The query string's parameters, as the contract's schema gives them. Throws 400 with `fields`, for a repeated one too. */
export function readQuery(request: Request, { query: schema }: Pick<Operation, 'query'>): unknown {
  return schema && validate(schema, singleValues(new URL(request.url).searchParams));
}

/** The headers that the contract names, as its schema gives them. Throws 400 with `fields`. */
export function readHeaders(request: Request, { headers: schema }: Pick<Operation, 'headers'>): unknown {
  if (!schema) return undefined;
  const named = Object.keys(schema.shape).map((name) => [name, request.headers.get(name) ?? undefined]);
  return validate(schema, Object.fromEntries(named));
}

function validate<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (!result.success) throw invalid(fieldErrors(result.error));
  return result.data;
}

async function bodyOf(request: Request, form: Operation['form']): Promise<unknown> {
  if (form && mediaType(request) === 'application/x-www-form-urlencoded')
    return form(singleValues(new URLSearchParams(await readText(request))));
  const text = await readText(request);
  if (text !== '' && mediaType(request) !== 'application/json') throw new AppError('unsupported_media_type');
  return parseJson(text);
}

/** The body as text, cut off while reading: a length that was promised is not believed. */
export async function readText(request: Request): Promise<string> {
  if (Number(request.headers.get('content-length')) > bodyLimitBytes) throw new AppError('payload_too_large');
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let size = 0;
  let text = '';
  try {
    for await (const chunk of request.body ?? []) {
      size += chunk.length;
      if (size > bodyLimitBytes) throw new AppError('payload_too_large');
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw wrongBody('The body ended early or is not UTF-8 text.');
  }
}

function mediaType(request: Request): string {
  return (request.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw wrongBody('The body is not JSON.');
  }
  const problem = problemInJsonKeys(text);
  if (problem) throw wrongBody(problem);
  return value;
}

function wrongBody(message: string): AppError {
  return invalid({ _: [message] });
}

function singleValues(parameters: URLSearchParams): Record<string, string> {
  const entries = [...parameters];
  const names = entries.map(([name]) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw onceOnly(repeated);
  return Object.fromEntries(entries);
}

function onceOnly(name: string): AppError {
  const fields: FieldErrors = { [name.slice(0, 64)]: ['Send this once.'] };
  return invalid(fields);
}
