import type * as z from 'zod/mini';
import { AppError, type FieldErrors } from '#lib/core/errors.ts';
import { bodyLimitBytes } from '#lib/core/policy.ts';
import { fieldErrors } from '#lib/core/wire.ts';
import { problemInJsonKeys } from './json-keys.ts';

/** The request's JSON, as `schema` gives it. Throws 415, 413, or 400 `invalid_request` with `fields`. */
export async function jsonBody<T>(request: Request, schema: z.ZodMiniType<T>): Promise<T> {
  const text = await readText(request);
  if (text !== '' && mediaType(request) !== 'application/json') throw new AppError('unsupported_media_type');
  return validate(schema, parseJson(text));
}

/** The same, where a form does too: its fields go through `fromForm` first (RFC 6749 section 4.3.2). */
export async function jsonOrFormBody<T>(
  request: Request,
  schema: z.ZodMiniType<T>,
  fromForm: (form: Record<string, string>) => unknown,
): Promise<T> {
  if (mediaType(request) !== 'application/x-www-form-urlencoded') return jsonBody(request, schema);
  return validate(schema, fromForm(singleValues(new URLSearchParams(await readText(request)))));
}

/** The query string's parameters, as `schema` gives them; a repeated one is refused. */
export function query<T>(request: Request, schema: z.ZodMiniType<T>): T {
  return validate(schema, singleValues(new URL(request.url).searchParams));
}

export function validate<T>(schema: z.ZodMiniType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (!result.success) throw invalid(fieldErrors(result.error));
  return result.data;
}

export function invalid(fields: FieldErrors): AppError {
  return new AppError('invalid_request', { fields });
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
    throw invalid({ _: ['The body ended early or is not UTF-8 text.'] });
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
    throw invalid({ _: ['The body is not JSON.'] });
  }
  const problem = problemInJsonKeys(text);
  if (problem) throw invalid({ _: [problem] });
  return value;
}

function singleValues(parameters: URLSearchParams): Record<string, string> {
  const entries = [...parameters];
  const names = entries.map(([name]) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw invalid({ [repeated.slice(0, 64)]: ['Send this once.'] });
  return Object.fromEntries(entries);
}
