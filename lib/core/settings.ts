/** Lists every setting, its default and its check. Reads no environment: the env files pass it in. */
import { z } from 'zod';
import { loopback } from '#lib/core/loopback.ts';
import { type SmtpServer, sender, smtpUrl } from '#lib/core/mail/smtp.ts';
import { mayBeRelyingParty } from '#lib/core/passkeys/relying-party.ts';
import { providerList } from '#lib/core/providers/settings.ts';
import {
  between,
  cookieName,
  databaseUrl,
  domain,
  host,
  keySet,
  limit,
  oneOf,
  origin,
  secrets,
  whole,
} from './setting-kinds.ts';

/** Settings that the middleware needs to open page sessions and to verify access tokens. */
const edgeFields = {
  APP_URL: origin,
  COOKIE_NAME: cookieName,
  SESSION_SECRET: secrets,
  ACCESS_TOKEN_KEYS: keySet,
  ACCESS_TOKEN_AUDIENCE: z.string().min(1),
  ACCESS_TTL_SECONDS: whole(300, 1, 3600),
};

/** Settings that a migration needs. */
const databaseFields = {
  DATABASE_URL: databaseUrl.default('file:./data/latchkey.db'),
  DATABASE_START_SECONDS: whole(60, 0, 3600),
};

const serverFields = {
  ...edgeFields,
  ...databaseFields,
  PORT: whole(3000, 0, 65535),
  /** Address to listen on; all of them when unset. */
  HOST: host.optional(),
  FRONT: oneOf('direct', 'next').default('direct'),
  KEEP_ALIVE_SECONDS: whole(620, 1, 7200),
  DATABASE_POOL_SIZE: whole(20, 1, 1000),
  AUTH_SECRET: secrets,
  SESSION_IDLE_SECONDS: whole(1_209_600, 1, 31_536_000),
  SESSION_MAX_SECONDS: whole(7_776_000, 1, 31_536_000),
  REFRESH_GRACE_SECONDS: whole(10, 0, 60),
  BCRYPT_COST: whole(12, 10, 15),
  PASSWORD_MIN_LENGTH: whole(12, 8, 64),
  FRESH_SECONDS: whole(900, 60, 3600),
  ACCOUNT_DELETE_DAYS: whole(7, 0, 30),
  PASSKEY_RP_ID: domain.optional(),
  OIDC_PROVIDERS: providerList.default([]),
  PASSWORD_SIGN_IN: oneOf('on', 'off').default('on'),
  TRUSTED_DEVICE_DAYS: whole(30, 0, 90),
  AUTH_EPOCH: whole(0, 0, 1_000_000_000),
  SMTP_URL: smtpUrl.optional(),
  MAIL_FROM: sender.optional(),
  OUTBOX_PAGE: oneOf('auto', 'off').default('auto'),
  EMAIL_VERIFICATION: oneOf('required', 'off'),
  TRUSTED_PROXY_HOPS: whole(0, 0, 10),
  RATE_LIMITS: oneOf('on', 'off').default('on'),
  LIMIT_LOGIN_PER_ACCOUNT: limit(10, 900),
  LIMIT_LOGIN_PER_ADDRESS: limit(100, 900),
  LIMIT_LOGIN_PER_ACCOUNT_ANYWHERE: limit(100, 900),
  LIMIT_OIDC_START_PER_ADDRESS: limit(60, 600),
  LIMIT_REGISTER_PER_ADDRESS: limit(20, 3600),
  LIMIT_PASSWORD_CHANGE_PER_USER: limit(10, 900),
  LIMIT_MAIL_PER_ADDRESS: limit(5, 3600),
  LIMIT_MAIL_PER_CLIENT: limit(20, 3600),
  LIMIT_FACTOR_PER_ACCOUNT: limit(10, 3600),
  LIMIT_STEP_UP_PER_USER: limit(10, 900),
  LIMIT_EXPORT_PER_USER: limit(5, 86_400),
  LIMIT_REFRESH_PER_SESSION: limit(60, 60),
  /** Number of worker processes; one for each core when unset. */
  LATCHKEY_WORKERS: between(1, 64).optional(),
  EVENT_KEEP_DAYS: whole(400, 1, 36_500),
  LIMIT_TASK_WRITES_PER_USER: limit(120, 60), // tasks
  LOG_LEVEL: oneOf('silent', 'error', 'warn', 'info', 'debug').default('info'),
  METRICS_TOKEN: z.string().min(16, 'must be 16 characters at least').optional(),
};

const edgeSchema = z.object(edgeFields);
const databaseSchema = z.object(databaseFields);
const serverSchema = z
  .object(serverFields)
  .refine((s) => !s.AUTH_SECRET.some((secret) => s.SESSION_SECRET.includes(secret)), {
    path: ['SESSION_SECRET'],
    error: 'must differ from AUTH_SECRET',
  })
  .refine(mayBeRelyingParty, {
    path: ['PASSKEY_RP_ID'],
    error: 'must be the host of APP_URL, or a domain that it is below',
  })
  .refine((s) => s.PASSWORD_SIGN_IN === 'on' || s.OIDC_PROVIDERS.length > 0, {
    path: ['PASSWORD_SIGN_IN'],
    error: 'must be on unless OIDC_PROVIDERS names another way to sign in',
  })
  .refine((s) => !s.SMTP_URL || s.MAIL_FROM, {
    path: ['MAIL_FROM'],
    error: 'is missing: with SMTP_URL it is who mails come from, like Latchkey <sign-in@example.org>',
  })
  .refine((s) => s.EMAIL_VERIFICATION === 'off' || isMailOn(s), {
    path: ['EMAIL_VERIFICATION'],
    error: 'must be off unless SMTP_URL is set, or mails are read at /outbox',
  });

export type EdgeSettings = z.infer<typeof edgeSchema>;
export type DatabaseSettings = z.infer<typeof databaseSchema>;
export type ServerSettings = z.infer<typeof serverSchema>;
export type Parsed<T> = { ok: true; settings: T } | { ok: false; problems: string[] };
type Source = Record<string, string | undefined>;

/** Settings whose value no message may quote, since it is a secret or holds one. */
const secretNames: readonly string[] = [
  'AUTH_SECRET',
  'SESSION_SECRET',
  'ACCESS_TOKEN_KEYS',
  'DATABASE_URL',
  'SMTP_URL',
  'OIDC_PROVIDERS',
  'METRICS_TOKEN',
];

/** Lists the names of all settings. */
export const settingNames: readonly string[] = Object.keys(serverFields);

/**
 * Returns the middleware's settings, or every problem with them as a line `NAME problem, not "value"`. Never quotes a
 * secret.
 */
export function parseEdgeSettings(source: Source): Parsed<EdgeSettings> {
  return parse(edgeSchema, source);
}

/** Returns the settings that a migration needs, or every problem with them, as `parseEdgeSettings` does. */
export function parseDatabaseSettings(source: Source): Parsed<DatabaseSettings> {
  return parse(databaseSchema, source);
}

/** Returns all settings, or every problem with them, as `parseEdgeSettings` does. */
export function parseServerSettings(source: Source): Parsed<ServerSettings> {
  return parse(serverSchema, source);
}

function parse<T>(schema: z.ZodType<T>, source: Source): Parsed<T> {
  const given = withDefaults(source);
  const result = schema.safeParse(given);
  if (result.success) return { ok: true, settings: result.data };
  const problems = result.error.issues.map(({ path: [name = ''], message }) => {
    const value = secretNames.includes(String(name)) ? undefined : given[String(name)];
    return `${String(name)} ${message}${value === undefined ? '' : `, not ${quoted(value)}`}`;
  });
  return { ok: false, problems: [...new Set(problems)] };
}

/** Quotes the beginning of a value so that what is invisible in it shows. Leaves out a URL's user, password and query. */
function quoted(value: string): string {
  const shown = value
    .replace(/^.*@/s, '…@')
    .replace(/\?.*/s, '?…')
    .replace(/(\/\/[^/:[\]]*:)(?!\d+(\/|$)).*/s, '$1…');
  return JSON.stringify(shown.length > 60 ? `${shown.slice(0, 60)}…` : shown).replace(/[^ -~…]/g, escaped);
}

const escaped = (sign: string) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Adds the defaults that depend on other settings. A variable that is empty counts as unset; space around it goes. */
function withDefaults(source: Source): Source {
  const trimmed = Object.entries(source).map(([name, value]) => [name, value?.trim()] as const);
  const set: Source = Object.fromEntries(trimmed.filter(([, value]) => value));
  const appUrl = set.APP_URL ?? `http://localhost:${set.PORT ?? 3000}`;
  // Ports share their host's cookies (RFC 6265 section 8.5): two apps in development would sign each other out.
  const isOnOtherPort = set.NODE_ENV === 'development' && (set.PORT ?? '3000') !== '3000';
  return {
    EMAIL_VERIFICATION: set.SMTP_URL ? 'required' : 'off',
    COOKIE_NAME: isOnOtherPort ? `latchkey-${set.PORT}` : 'latchkey',
    ...set,
    APP_URL: appUrl,
    ACCESS_TOKEN_AUDIENCE: set.ACCESS_TOKEN_AUDIENCE ?? originOf(appUrl),
  };
}

/** The settings that decide whether mail is on. */
export interface MailSettings {
  SMTP_URL?: SmtpServer | undefined;
  APP_URL: string;
  OUTBOX_PAGE: 'auto' | 'off';
}

/** Tells whether mails that nobody sends can be read at /outbox, by whoever runs the app on their own machine. */
export function hasOutboxPage({ SMTP_URL, APP_URL, OUTBOX_PAGE }: MailSettings): boolean {
  return !SMTP_URL && OUTBOX_PAGE === 'auto' && loopback.test(new URL(APP_URL).hostname);
}

/** Tells whether the app mails people. Otherwise it writes no mails, and operators hand over links to set passwords. */
export function isMailOn(settings: MailSettings): boolean {
  return settings.SMTP_URL !== undefined || hasOutboxPage(settings);
}

/** Returns a URL's origin. Returns other text unchanged, for the schema to report. */
function originOf(url: string): string {
  // Not URL.canParse: it accepts a host that is too long for a URL.
  try {
    return new URL(url).origin;
  } catch {
    return url;
  }
}
