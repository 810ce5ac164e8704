/** The shape of every request and response on the wire, for handlers and browser alike. */
import * as z from 'zod/mini';
import { passwordMaxBytes } from './policy.ts';

const controlCharacters = /\p{Cc}/u;
const address =
  /^[^\s@\p{C}"(),:;<>[\]\\\uFF20\uFE6B]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?\.)+[\p{L}][\p{L}\p{M}\p{N}-]{0,62}$/u;

/** Trimmed, NFC, lower case: accounts are unique in this form. */
export function normalizeEmail(email: string): string {
  return email.trim().normalize('NFC').toLowerCase();
}

const email = z.pipe(
  z.string({ error: 'Enter your email address.' }),
  z.pipe(
    z.transform((value: string) => (controlCharacters.test(value) ? '' : normalizeEmail(value))),
    z
      .string()
      .check(
        z.maxLength(254, 'This email address is too long.'),
        z.regex(address, 'Enter an email address like name@example.org.'),
      ),
  ),
);

/** As typed, in NFC: never trimmed, never folded. The rules for a new one are in password-rules.ts. */
const password = z.pipe(
  z.string({ error: 'Enter a password.' }).check(z.minLength(1, 'Enter a password.')),
  z.transform((value: string) => value.normalize('NFC')),
);

const personName = z.pipe(
  z.pipe(
    z.string({ error: 'Enter a name, or leave it out.' }),
    z.transform((value: string) => value.trim().normalize('NFC')),
  ),
  z.string().check(
    z.maxLength(100, 'At most 100 characters.'),
    z.refine((value) => !controlCharacters.test(value), 'Leave out control characters.'),
  ),
);

const remember = z.optional(z.boolean({ error: 'true or false.' }));

export const registerRequest = z.strictObject({
  email,
  password,
  name: z.optional(z.nullable(personName)),
  remember,
});
export type RegisterRequest = z.infer<typeof registerRequest>;

export const tokenRequest = z.strictObject({ email, password, remember });
export type TokenRequest = z.infer<typeof tokenRequest>;

export const passwordRequest = z.strictObject({
  current_password: password,
  new_password: password,
});

/** UTF-8 bytes of a password, the unit that bcrypt's limit is in. */
export function isPasswordTooLong(value: string): boolean {
  return new TextEncoder().encode(value).length > passwordMaxBytes;
}

const title = z.pipe(
  z.pipe(
    z.string({ error: 'Give the task a title.' }),
    z.transform((value: string) => value.trim()),
  ),
  z.string().check(
    z.minLength(1, 'Give the task a title.'),
    z.maxLength(200, 'At most 200 characters.'),
    z.refine((value) => !controlCharacters.test(value), 'Leave out control characters.'),
  ),
);
const description = z
  .string({ error: 'The description is text.' })
  .check(z.maxLength(5000, 'At most 5,000 characters.'));
const deadline = z.nullable(
  z.string({ error: 'A date like 2026-12-31, or null.' }).check(z.refine(isCalendarDate, 'A date like 2026-12-31.')),
);
const completed = z.boolean({ error: 'true or false.' });

export const newTaskRequest = z.strictObject({
  title,
  description: z._default(description, ''),
  deadline: z._default(deadline, null),
});
export type NewTaskRequest = z.infer<typeof newTaskRequest>;

/** PUT replaces: what is left out returns to its default. */
export const taskRequest = z.strictObject({
  title,
  description: z._default(description, ''),
  deadline: z._default(deadline, null),
  completed: z._default(completed, false),
});

export const taskPatch = z
  .strictObject({
    title: z.optional(title),
    description: z.optional(description),
    deadline: z.optional(deadline),
    completed: z.optional(completed),
  })
  .check(z.refine((patch) => Object.keys(patch).length > 0, 'Name at least one field to change.'));
export type TaskPatch = z.infer<typeof taskPatch>;

export const idempotencyKey = z.string().check(z.regex(/^[\x21-\x7e]{1,128}$/, '1 to 128 visible ASCII characters.'));

/** A whole number from a query string, within `min` and `max`. */
function queryNumber(fallback: number, min: number, max: number) {
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

/** Newest and oldest by when they were made; deadline with the nearest first and none last; title by its letters. */
export const taskOrders = ['newest', 'oldest', 'deadline', 'title'] as const;
export type TaskOrder = (typeof taskOrders)[number];

export const taskQuery = z.strictObject({
  page: queryNumber(1, 1, 1_000_000),
  size: queryNumber(10, 1, 100),
  completed: z.optional(
    z.pipe(
      z.enum(['true', 'false'], { error: 'true or false.' }),
      z.transform((value: 'true' | 'false') => value === 'true'),
    ),
  ),
  /** Words that stand in the title or the description, in any case. */
  search: z.optional(z.string().check(z.maxLength(100, 'At most 100 characters.'))),
  sort: z._default(z.enum(taskOrders, { error: `One of ${taskOrders.join(', ')}.` }), 'newest'),
});
export type TaskQuery = z.infer<typeof taskQuery>;

export const activityQuery = z.strictObject({
  page: queryNumber(1, 1, 1_000_000),
  size: queryNumber(20, 1, 100),
});
export type ActivityQuery = z.infer<typeof activityQuery>;

export const endSessionsQuery = z.strictObject({
  except: z.optional(z.literal('current', { error: 'Only "current" can be kept.' })),
});

export const user = z.object({ id: z.string(), email: z.string(), name: z.nullable(z.string()) });
export type User = z.infer<typeof user>;

/** RFC 6749 section 5.1, and who it is. The refresh token travels in its cookie only. */
export const tokenResponse = z.object({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.number(),
  user,
});
export type TokenResponse = z.infer<typeof tokenResponse>;

export const me = z.extend(user, { created_at: z.string(), session_id: z.string() });
export type Me = z.infer<typeof me>;

export const task = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  deadline: z.nullable(z.string()),
  completed: z.boolean(),
  created_at: z.string(),
  updated_at: z.string(),
});
export type Task = z.infer<typeof task>;

function pageOf<T extends z.ZodMiniType>(item: T) {
  return z.object({
    items: z.array(item),
    total: z.number(),
    page: z.number(),
    size: z.number(),
    pages: z.number(),
  });
}
export const taskPage = pageOf(task);
export type TaskPage = z.infer<typeof taskPage>;

export const sessionInfo = z.object({
  id: z.string(),
  current: z.boolean(),
  created_at: z.string(),
  last_used_at: z.string(),
  expires_at: z.string(),
  user_agent: z.nullable(z.string()),
  ip: z.nullable(z.string()),
});
export type SessionInfo = z.infer<typeof sessionInfo>;
export const sessionList = z.object({ items: z.array(sessionInfo) });

/** What the security log records; the words for people are the page's. */
export const eventTypes = [
  'signed_up',
  'signed_in',
  'sign_in_failed',
  'signed_out',
  'signed_out_everywhere',
  'session_ended',
  'password_changed',
  'refresh_reuse',
  'refresh_rollback',
] as const;
export const activityEvent = z.object({
  id: z.string(),
  type: z.enum(eventTypes),
  at: z.string(),
  session_id: z.nullable(z.string()),
  user_agent: z.nullable(z.string()),
  ip: z.nullable(z.string()),
});
export type ActivityEvent = z.infer<typeof activityEvent>;
export type EventType = ActivityEvent['type'];
export const activityPage = pageOf(activityEvent);
export type ActivityPage = z.infer<typeof activityPage>;

export const errorResponse = z.object({
  error: z.string(),
  error_description: z.string(),
  fields: z.optional(z.record(z.string(), z.array(z.string()))),
});

/** Messages by field, for the first `fields` of a failed request; a message about the whole stands under `_`. */
export function fieldErrors(error: z.core.$ZodError): Record<string, string[]> {
  const fields: Record<string, string[]> = {};
  for (const issue of error.issues) {
    const names =
      issue.code === 'unrecognized_keys' ? issue.keys.map((key) => key.slice(0, 64)) : [String(issue.path[0] ?? '_')];
    const message = issue.code === 'unrecognized_keys' ? 'This field is not known here.' : issue.message;
    for (const name of names) fields[name] = [...(fields[name] ?? []), message];
  }
  return fields;
}

function isCalendarDate(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
}
