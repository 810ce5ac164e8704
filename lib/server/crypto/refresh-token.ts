import 'server-only';
import {
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

/**
 * The one-time refresh token: `v1.<kid>.<sid>.<generation>.<nonce>.<tag>`, base64url parts. Its tag needs the key, its nonce the
 * session's seed: neither the key alone nor the database alone makes a token, and whoever has both writes the same bytes again.
 */
export interface PresentedToken {
  sessionId: string;
  generation: number;
  nonce: string;
}

export interface RefreshTokens {
  /** The key that new tokens are written with. */
  newestKid: string;
  /** Null unless the tag is ours (constant time, no database): what is not authentic costs nothing and changes nothing. */
  parse(token: string | null): PresentedToken | null;
  /** Whether the key of this fingerprint is listed. */
  knows(kid: string): boolean;
  /** Whether the nonce is the one that this session's seed gives the generation. Constant time. */
  isOf(session: { seed: Uint8Array }, presented: PresentedToken): boolean;
  /** The token of a generation, byte for byte the same each time. Null when `kid`'s key is no longer listed. */
  write(session: { id: string; seed: Uint8Array }, generation: number, kid: string): string | null;
}

const form = /^v1\.([\w-]{8})\.([0-9a-f-]{36})\.(0|[1-9]\d{0,8})\.([\w-]{43})\.([\w-]{43})$/;

/** `secrets`: AUTH_SECRET, newest first. Keys are derived by HKDF (RFC 5869); `kid` is a fingerprint of the derived key. */
export function refreshTokens(secrets: string[]): RefreshTokens {
  const keys = secrets.map(deriveKey);
  const byKid = new Map(keys.map(({ kid, key }) => [kid, key]));
  const newestKid = keys[0]?.kid;
  if (!newestKid) throw new Error('AUTH_SECRET is empty.');
  return {
    newestKid,
    parse(token) {
      const [, kid, sessionId, generation, nonce, tag] = form.exec(token ?? '') ?? [];
      const key = byKid.get(kid ?? '');
      if (!key || !kid || !sessionId || !generation || !nonce || !tag) return null;
      const expected = tagOf(key, kid, sessionId, generation, nonce);
      return isEqual(tag, expected) ? { sessionId, generation: Number(generation), nonce } : null;
    },
    knows: (kid) => byKid.has(kid),
    isOf: ({ seed }, { nonce, generation }) => isEqual(nonce, nonceOf(seed, generation)),
    write({ id, seed }, generation, kid) {
      const key = byKid.get(kid);
      if (!key) return null;
      const nonce = nonceOf(seed, generation);
      const number = String(generation);
      return `v1.${kid}.${id}.${number}.${nonce}.${tagOf(key, kid, id, number, nonce)}`;
    },
  };
}

export function newSeed(): Uint8Array {
  return randomBytes(32);
}

/** A key object: a buffer would be made into one at each token, which costs more than the tag. */
function deriveKey(secret: string): { kid: string; key: KeyObject } {
  const bytes = Buffer.from(hkdfSync('sha256', secret, '', 'latchkey refresh token v1', 32));
  const kid = createHash('sha256').update('latchkey kid').update(bytes).digest('base64url').slice(0, 8);
  return { kid, key: createSecretKey(bytes) };
}

function tagOf(key: KeyObject, kid: string, sessionId: string, generation: string, nonce: string): string {
  return createHmac('sha256', key).update(`refresh|v1|${kid}|${sessionId}|${generation}|${nonce}`).digest('base64url');
}

function nonceOf(seed: Uint8Array, generation: number): string {
  return createHmac('sha256', seed).update(String(generation)).digest('base64url');
}

function isEqual(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
