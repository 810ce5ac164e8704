/** The shape of requests and responses about accounts and sessions, for handlers and browser alike. */
import * as z from 'zod/mini';
import { passwordMaxBytes } from './policy.ts';
import { pageOf, queryNumber, unfitForLine, unfitForText } from './wire.ts';

const address =
  /^[^\s@\p{C}"(),:;<>[\]\\\uFF20\uFE6B]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?\.)+[\p{L}][\p{L}\p{M}\p{N}-]{0,62}$/u;

/** Trimmed, lower case, NFC, in this order: folding case can take a letter out of NFC. Accounts are unique in this form. */
export function normalizeEmail(email: string): string {
  return email.trim().toLowerCase().normalize('NFC');
}

const email = z.pipe(
  z.string({ error: 'Enter your email address.' }),
  z.pipe(
    z.transform((value: string) => (unfitForLine.test(value) ? '' : normalizeEmail(value))),
    z
      .string()
      .check(
        z.maxLength(254, 'This email address is too long.'),
        z.regex(address, 'Enter an email address like name@example.org.'),
      ),
  ),
);

/**
 * As typed, in NFC: never trimmed, never folded. The rules for a new one are in password-rules.ts. To bcrypt a password, NUL and
 * the password again is the password.
 */
export const password = z.pipe(
  z.string({ error: 'Enter a password.' }).check(
    z.minLength(1, 'Enter a password.'),
    z.refine((value) => !unfitForText.test(value), 'Leave out characters that are no text.'),
  ),
  z.transform((value: string) => value.normalize('NFC')),
);

const personName = z.pipe(
  z.pipe(
    z.string({ error: 'Enter a name, or leave it out.' }),
    z.transform((value: string) => value.trim().normalize('NFC')),
  ),
  z.string().check(
    z.maxLength(100, 'At most 100 characters.'),
    z.refine((value) => !unfitForLine.test(value), 'Leave out control characters.'),
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

/** `token`: the secret of a one-time link. */
export const passwordResetRequest = z.strictObject({
  token: z.string({ error: 'Open the link again.' }).check(z.maxLength(200, 'This is no link of ours.')),
  new_password: password,
});
export type PasswordResetRequest = z.infer<typeof passwordResetRequest>;

/** UTF-8 bytes of a password, the unit that bcrypt's limit is in. */
export function isPasswordTooLong(value: string): boolean {
  return new TextEncoder().encode(value).length > passwordMaxBytes;
}

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
  'password_reset',
  'refresh_replaced',
  'refresh_reuse',
  'refresh_rollback',
  'limit_reached',
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
