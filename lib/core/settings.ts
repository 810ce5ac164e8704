/** Lists every setting, its default and its check. Reads no environment: the env files pass it in. */
import { z } from 'zod';
import { between, databaseUrl, keySet, limit, origin, secrets, whole } from './setting-kinds.ts';

/** Settings that the middleware needs to open page sessions and to verify access tokens. */
const edgeFields = {
  APP_URL: origin,
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
  DATABASE_POOL_SIZE: whole(20, 1, 1000),
  AUTH_SECRET: secrets,
  SESSION_IDLE_SECONDS: whole(1_209_600, 1, 31_536_000),
  SESSION_MAX_SECONDS: whole(7_776_000, 1, 31_536_000),
  REFRESH_GRACE_SECONDS: whole(10, 0, 60),
  BCRYPT_COST: whole(12, 10, 15),
  PASSWORD_MIN_LENGTH: whole(12, 8, 64),
  AUTH_EPOCH: whole(0, 0, 1_000_000_000),
  TRUSTED_PROXY_HOPS: whole(0, 0, 10),
  RATE_LIMITS: z.enum(['on', 'off'], { error: 'must be on or off' }).default('on'),
  LIMIT_LOGIN_PER_ACCOUNT: limit(10, 900),
  LIMIT_LOGIN_PER_ADDRESS: limit(100, 900),
  LIMIT_LOGIN_PER_ACCOUNT_ANYWHERE: limit(100, 900),
  LIMIT_REGISTER_PER_ADDRESS: limit(20, 3600),
  LIMIT_PASSWORD_CHANGE_PER_USER: limit(10, 900),
  LIMIT_REFRESH_PER_SESSION: limit(60, 60),
  /** Number of worker processes; one for each core when unset. */
  LATCHKEY_WORKERS: between(1, 64).optional(),
  EVENT_KEEP_DAYS: whole(400, 1, 36_500),
  LIMIT_TASK_WRITES_PER_USER: limit(120, 60), // tasks
  LOG_LEVEL: z
    .enum(['silent', 'error', 'warn', 'info', 'debug'], { error: 'must be silent, error, warn, info or debug' })
    .default('info'),
  METRICS_TOKEN: z.string().min(16, 'must be 16 characters at least').optional(),
};

const edgeSchema = z.object(edgeFields);
const databaseSchema = z.object(databaseFields);
const serverSchema = z
  .object(serverFields)
  .refine((s) => !s.AUTH_SECRET.some((secret) => s.SESSION_SECRET.includes(secret)), {
    path: ['SESSION_SECRET'],
    error: 'must differ from AUTH_SECRET',
  });

export type EdgeSettings = z.infer<typeof edgeSchema>;
export type DatabaseSettings = z.infer<typeof databaseSchema>;
export type ServerSettings = z.infer<typeof serverSchema>;
export type Parsed<T> = { ok: true; settings: T } | { ok: false; problems: string[] };
type Source = Record<string, string | undefined>;

/** Returns the middleware's settings, or every problem with them as a line `NAME problem`. Never quotes a value. */
export function parseEdgeSettings(source: Source): Parsed<EdgeSettings> {
  return parse(edgeSchema, source);
}

/** Returns the settings that a migration needs, or every problem with them, as `parseServerSettings` does. */
export function parseDatabaseSettings(source: Source): Parsed<DatabaseSettings> {
  return parse(databaseSchema, source);
}

/** Returns all settings, or every problem as a line `NAME problem`. Never quotes a value, which may be a secret. */
export function parseServerSettings(source: Source): Parsed<ServerSettings> {
  return parse(serverSchema, source);
}

function parse<T>(schema: z.ZodType<T>, source: Source): Parsed<T> {
  const result = schema.safeParse(withDefaults(source));
  if (result.success) return { ok: true, settings: result.data };
  const problems = result.error.issues.map((issue) => `${String(issue.path[0])} ${issue.message}`);
  return { ok: false, problems: [...new Set(problems)] };
}

/** Adds the two defaults that depend on other settings. An empty variable counts as unset. */
function withDefaults(source: Source): Source {
  const set = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ''));
  const appUrl = set.APP_URL ?? `http://localhost:${set.PORT ?? 3000}`;
  return { ...set, APP_URL: appUrl, ACCESS_TOKEN_AUDIENCE: set.ACCESS_TOKEN_AUDIENCE ?? originOf(appUrl) };
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
