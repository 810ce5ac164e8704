/** Every setting, its default and what makes it invalid. Pure: the env files hand it the environment. */
import { z } from 'zod';

/** Too short to be random, one character over and over, or a word out of an example. */
export function isWeakSecret(secret: string): boolean {
  return (
    secret.length < 32 || new Set(secret).size < 12 || /change.?me|example|secret.?secret|password|your.?/i.test(secret)
  );
}

const secrets = z
  .string({ error: 'is missing. `npm start` makes one, or: openssl rand -base64 48' })
  .transform((list) => list.split(',').map((secret) => secret.trim()))
  .refine((list) => list.every((secret) => !isWeakSecret(secret)), 'must be at least 32 random characters each')
  .refine((list) => new Set(list).size === list.length, 'names the same secret twice');

const keyAlgorithms = ['EdDSA', 'ES256', 'RS256'] as const;
/** RFC 7518 section 3.3 asks for 2048 bits, which base64url writes in 342 characters. */
const rsaModulus = z.string().min(342);
const keyCommon = { kid: z.string().min(1).max(64), use: z.literal('sig').optional() };
const privateJwk = z.discriminatedUnion('alg', [
  z.looseObject({
    ...keyCommon,
    alg: z.literal('EdDSA'),
    kty: z.literal('OKP'),
    crv: z.literal('Ed25519'),
    x: z.string(),
    d: z.string(),
  }),
  z.looseObject({
    ...keyCommon,
    alg: z.literal('ES256'),
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: z.string(),
    y: z.string(),
    d: z.string(),
  }),
  z.looseObject({
    ...keyCommon,
    alg: z.literal('RS256'),
    kty: z.literal('RSA'),
    n: rsaModulus,
    e: z.string(),
    d: z.string(),
  }),
]);
export type PrivateJwk = z.infer<typeof privateJwk>;

const keySet = z
  .string({ error: 'is missing. `npm start` makes one' })
  .transform(parseJson)
  .pipe(
    z.object(
      {
        keys: z
          .array(privateJwk)
          .min(1)
          .refine((keys) => new Set(keys.map((key) => key.kid)).size === keys.length),
      },
      {
        error: `must be a JSON Web Key set of private keys, each with a kid of its own and an alg of ${keyAlgorithms.join(', ')}`,
      },
    ),
  )
  .transform((set) => set.keys);

function between(min: number, max: number) {
  return z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.number().min(min, `must be ${min} at least`).max(max, `must be ${max} at most`));
}
const whole = (fallback: number, min: number, max: number) => between(min, max).default(fallback);

/** `count/seconds`. */
export interface Limit {
  count: number;
  seconds: number;
}
function limit(count: number, seconds: number) {
  return z
    .string()
    .regex(/^[1-9]\d{0,6}\/[1-9]\d{0,6}$/, 'must be written count/seconds, like 10/900')
    .transform((text): Limit => {
      const [tries = 0, window = 0] = text.split('/').map(Number);
      return { count: tries, seconds: window };
    })
    .default({ count, seconds });
}

const loopback = /^(localhost|127(\.\d+){3}|\[::1\]|.+\.localhost)$/;
const origin = z
  .url({ protocol: /^https?$/, error: 'must be an origin like https://app.example.org', abort: true })
  .refine((url) => new URL(url).origin === url.replace(/\/$/, ''), 'must be an origin only: no path, query or user')
  .refine(
    (url) => url.startsWith('https:') || loopback.test(new URL(url).hostname),
    'must be https: unless it is localhost',
  )
  .transform((url) => new URL(url).origin);

/** Not `prefer` and `allow`: elsewhere these fall back to plain text in silence. */
const tlsModes = ['disable', 'no-verify', 'require', 'verify-ca', 'verify-full'];
const databaseUrl = z.string().superRefine((url, { addIssue }) => {
  if (/^file:./.test(url)) return;
  if (!/^postgres(ql)?:\/\//.test(url)) return addIssue('must be file:PATH or postgres://USER:PASSWORD@HOST/DATABASE');
  if (!URL.canParse(url)) return addIssue('is no URL: a password with signs in it must be percent-encoded');
  const { pathname, searchParams } = new URL(url);
  if (pathname.length < 2) addIssue('must name a database, like postgres://HOST/latchkey');
  const mode = searchParams.get('sslmode');
  if (mode !== null && !tlsModes.includes(mode)) addIssue(`has an sslmode other than ${tlsModes.join(', ')}`);
});

/** What the middleware needs: to open the page session and to verify access tokens. */
const edgeFields = {
  APP_URL: origin,
  SESSION_SECRET: secrets,
  ACCESS_TOKEN_KEYS: keySet,
  ACCESS_TOKEN_AUDIENCE: z.string().min(1),
  ACCESS_TTL_SECONDS: whole(300, 1, 3600),
};

const serverFields = {
  ...edgeFields,
  PORT: whole(3000, 0, 65535),
  DATABASE_URL: databaseUrl.default('file:./data/latchkey.db'),
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
  /** Unset: one for each core. */
  LATCHKEY_WORKERS: between(1, 64).optional(),
  EVENT_KEEP_DAYS: whole(400, 1, 36_500),
  LIMIT_TASK_WRITES_PER_USER: limit(120, 60), // tasks
  LOG_LEVEL: z
    .enum(['silent', 'error', 'warn', 'info', 'debug'], { error: 'must be silent, error, warn, info or debug' })
    .default('info'),
  METRICS_TOKEN: z.string().min(16, 'must be 16 characters at least').optional(),
};

const edgeSchema = z.object(edgeFields);
const serverSchema = z
  .object(serverFields)
  .refine((s) => !s.AUTH_SECRET.some((secret) => s.SESSION_SECRET.includes(secret)), {
    path: ['SESSION_SECRET'],
    error: 'must differ from AUTH_SECRET',
  });

export type EdgeSettings = z.infer<typeof edgeSchema>;
export type ServerSettings = z.infer<typeof serverSchema>;
export type Parsed<T> = { ok: true; settings: T } | { ok: false; problems: string[] };
type Source = Record<string, string | undefined>;

export function parseEdgeSettings(source: Source): Parsed<EdgeSettings> {
  return parse(edgeSchema, source);
}

/** All settings, or every problem, each a line `NAME what is wrong`. No value is ever quoted: it may be a secret. */
export function parseServerSettings(source: Source): Parsed<ServerSettings> {
  return parse(serverSchema, source);
}

function parse<T>(schema: z.ZodType<T>, source: Source): Parsed<T> {
  const result = schema.safeParse(withDefaults(source));
  if (result.success) return { ok: true, settings: result.data };
  const problems = result.error.issues.map((issue) => `${String(issue.path[0])} ${issue.message}`);
  return { ok: false, problems: [...new Set(problems)] };
}

/** Two defaults follow from other settings; an empty variable counts as unset. */
function withDefaults(source: Source): Source {
  const set = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ''));
  const appUrl = set.APP_URL ?? `http://localhost:${set.PORT ?? 3000}`;
  return { ...set, APP_URL: appUrl, ACCESS_TOKEN_AUDIENCE: set.ACCESS_TOKEN_AUDIENCE ?? originOf(appUrl) };
}

/** What is no URL comes back as it is, for the schema to name. URL.canParse says yes to some that are none. */
function originOf(url: string): string {
  try {
    return new URL(url).origin;
  } catch {
    return url;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
