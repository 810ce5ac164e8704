/** Reads a request's body, query and headers, and checks them against the route's contract. */
import 'server-only';
import type { z } from 'zod';
import { AppError, invalid } from '#lib/core/errors.ts';
import { bodyLimitBytes } from '#lib/core/policy.ts';
import { type BodyRules, fieldErrors, type Operation } from '#lib/core/route-contract.ts';
import { problemInJsonKeys } from './json-keys.ts';

/**
 * Returns the checked JSON body, or form where the contract accepts one; undefined when it declares no body. Throws
 * `unsupported_media_type`, `payload_too_large`, or `invalid_request` with `fields`.
 */
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

/** Reads a form that another site may send, as it is. Throws `unsupported_media_type` or `payload_too_large`. */
export async function readForm(request: Request): Promise<URLSearchParams> {
  refuseCoding(request.headers.get('content-encoding') ?? '');
  if (mediaType(request) !== 'application/x-www-form-urlencoded')
    throw new AppError('unsupported_media_type', { description: 'Send a form.' });
  return new URLSearchParams(await readText(request));
}

/** Returns the query string's checked parameters. Throws `invalid_request` with `fields`, also for a repeated one. */
export function readQuery(request: Request, { query: schema }: Pick<Operation, 'query'>): unknown {
  if (!schema) return undefined;
  const [, query = ''] = /\?(.*)/s.exec(request.url) ?? [];
  return validate(schema, singleValues(new URLSearchParams(query)));
}

/** Returns the checked headers that the contract names. Throws `invalid_request` with `fields`. */
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
  refuseCoding(request.headers.get('content-encoding') ?? '');
  if (form && mediaType(request) === 'application/x-www-form-urlencoded')
    return form(singleValues(new URLSearchParams(await readText(request))));
  const text = await readText(request);
  if (text !== '' && mediaType(request) !== 'application/json') throw new AppError('unsupported_media_type');
  return parseJson(text);
}

/** Throws `unsupported_media_type` for a compressed body, which would be larger than the bytes that are counted. */
function refuseCoding(contentEncoding: string): void {
  const isPlain = contentEncoding.split(',').every((coding) => /^\s*(identity)?\s*$/i.test(coding));
  if (isPlain) return;
  const description = 'Send the body uncompressed, without Content-Encoding.';
  throw new AppError('unsupported_media_type', { description, acceptEncoding: 'identity' });
}

/** Reads the body as text, counting its bytes: the announced length may be false. Throws `payload_too_large`. */
async function readText(request: Request): Promise<string> {
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
  if (repeated !== undefined) throw invalid({ [repeated.slice(0, 64)]: ['Send this once.'] });
  return Object.fromEntries(entries);
}
