/** Builds the checks of single settings, by the kind of value: a secret, a key set, a number, a limit, an address. */
import { z } from 'zod';
import { loopback } from '#lib/core/loopback.ts';

/** Recognizes a secret that is too short to be random, repeats few characters, or comes from an example. */
export function isWeakSecret(secret: string): boolean {
  return (
    secret.length < 32 || new Set(secret).size < 12 || /change.?me|example|secret.?secret|password|your.?/i.test(secret)
  );
}

/** Checks a comma-separated list of secrets, the newest first. */
export const secrets = z
  .string({ error: 'is missing. `npm start` makes one, or: openssl rand -base64 48' })
  .transform((list) => list.split(',').map((secret) => secret.trim()))
  .refine(
    (list) => list.every((secret) => !isWeakSecret(secret)),
    'must be at least 32 random characters each. This makes one: openssl rand -base64 48',
  )
  .refine((list) => new Set(list).size === list.length, 'names the same secret twice');

export const keyAlgorithms = ['EdDSA', 'ES256', 'RS256'] as const;
export type KeyAlgorithm = (typeof keyAlgorithms)[number];

/** Checks an RSA modulus: at least 2048 bits (RFC 7518 section 3.3), which are 342 characters of base64url. */
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

const keySetShape = z.object({
  keys: z
    .array(privateJwk)
    .min(1)
    .refine((keys) => new Set(keys.map((key) => key.kid)).size === keys.length),
});

/** Checks a JSON Web Key set (RFC 7517) of private keys, the signing one first, and outputs its keys. */
export const keySet = z.string({ error: 'is missing. `npm start` makes one' }).transform((text, { issues, value }) => {
  const set = keySetShape.safeParse(parseJson(text));
  if (set.success) return set.data.keys;
  // The issues of a key itself would say nothing to whoever wrote the setting.
  const message = `must be a JSON Web Key set of private keys, each with a kid of its own and an alg of ${keyAlgorithms.join(', ')}`;
  issues.push({ code: 'custom', input: value, message });
  return z.NEVER;
});

/** Builds the check of a whole number from `min` to `max` inclusive. */
export function between(min: number, max: number) {
  return z
    .string()
    .refine(
      (text) => /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max,
      `must be a whole number from ${min} to ${max}`,
    )
    .transform(Number);
}

/** Builds the check of a whole number from `min` to `max` inclusive, with a default. */
export function whole(fallback: number, min: number, max: number) {
  return between(min, max).default(fallback);
}

/** Builds the check of one word out of several, in capitals or not. */
export function oneOf<const Word extends string>(...words: readonly [Word, ...Word[]]) {
  return z.preprocess(
    (text) => (typeof text === 'string' ? text.toLowerCase() : text),
    z.enum(words, { error: `must be one of ${words.join(', ')}` }),
  );
}

/** A rate limit, written `count/seconds`. */
export interface Limit {
  /** The tries that each window allows. */
  count: number;
  /** The length of a window. */
  seconds: number;
}

/** Builds the check of a rate limit, with a default. */
export function limit(count: number, seconds: number) {
  return z
    .string()
    .regex(/^[1-9]\d{0,6}\/[1-9]\d{0,6}$/, 'must be written count/seconds, like 10/900')
    .transform((text): Limit => {
      const [tries = 0, window = 0] = text.split('/').map(Number);
      return { count: tries, seconds: window };
    })
    .default({ count, seconds });
}

/** Checks an address or a host name, and outputs it without the brackets that IPv6 has in a URL. */
export const host = z
  .string()
  .regex(/^(\[[\da-f:.]+\]|[\w.:%-]+)$/i, 'must be an address of this machine, like 127.0.0.1 or ::1')
  .transform((text) => text.replace(/^\[(.*)\]$/, '$1'));

/** Checks a domain as URLs write it, and outputs it in small letters. */
export const domain = z
  .string()
  .toLowerCase()
  .regex(/^[a-z\d-]+(\.[a-z\d-]+)*$/, 'must be a domain like example.org, without scheme and port');

/**
 * Checks an origin and outputs it as browsers write it: in small letters, the host in ASCII, without the scheme's own port
 * and a slash at the end. Plain http is accepted on loopback names only.
 */
export const origin = z
  .url({ protocol: /^https?$/, error: 'must be an origin like https://app.example.org', abort: true })
  .superRefine((text, { addIssue }) => {
    const url = new URL(text);
    if (url.username || url.password) addIssue('must hold no user and no password');
    if (url.pathname !== '/')
      addIssue(`must end after host and port, like ${url.origin}: the app is not served below a path`);
    if (/[?#]/.test(text)) addIssue(`must have no query and no fragment, like ${url.origin}`);
    if (url.protocol === 'http:' && !loopback.test(url.hostname))
      addIssue('must begin with https: for every host but localhost (docs/deploy.md, "http")');
  })
  .transform((url) => new URL(url).origin);

/** Checks the beginning of the cookies' names. A prefix like `__Host-`, to which browsers give a meaning, is none. */
export const cookieName = z
  .string()
  .regex(/^[A-Za-z0-9][\w-]{0,63}$/, 'must be letters, digits, - and _ only, and begin with a letter or a digit');

/**
 * Accepted values of `sslmode`. `prefer` and `allow` are not: with them some clients silently fall back to plain text.
 */
const tlsModes = ['disable', 'no-verify', 'require', 'verify-ca', 'verify-full'];

/** Checks `file:PATH` or the URL of a PostgreSQL database. */
export const databaseUrl = z.string().superRefine((url, { addIssue }) => {
  if (/^file:./.test(url)) return;
  if (!/^postgres(ql)?:\/\//.test(url)) return addIssue('must be file:PATH or postgres://USER:PASSWORD@HOST/DATABASE');
  if (!URL.canParse(url)) return addIssue('is no URL: a password with signs in it must be percent-encoded');
  const { pathname, searchParams, username, password } = new URL(url);
  if (![username, password, pathname].every(isDecodable)) return addIssue('has a % that encodes nothing: write %25');
  if (pathname.length < 2) addIssue('must name a database, like postgres://HOST/latchkey');
  const mode = searchParams.get('sslmode');
  if (mode !== null && !tlsModes.includes(mode)) addIssue(`has an sslmode other than ${tlsModes.join(', ')}`);
});

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
