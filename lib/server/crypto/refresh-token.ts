import 'server-only';
import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { isSameSecret, keyring } from './keyring.ts';

/**
 * An authentic refresh token, parsed from `v1.<kid>.<session id>.<generation>.<nonce>.<tag>`; nonce and tag are
 * base64url. The tag needs the key and the nonce needs the session's seed, so neither the key nor the database alone
 * makes a token, and any instance that has both can write the same bytes again.
 */
export interface PresentedToken {
  sessionId: string;
  generation: number;
  nonce: string;
}

export interface RefreshTokens {
  /** The `kid` of the newest key, which new tokens are written with. */
  newestKid: string;
  /** Parses a token and checks its tag, in constant time, without the database. Returns null if it is not authentic. */
  parse(token: string | null): PresentedToken | null;
  /** Decides whether the key with this fingerprint is still listed. */
  knows(kid: string): boolean;
  /** Decides, in constant time, whether the nonce is the one that the session's seed gives to the generation. */
  nonceMatches(session: { seed: Uint8Array }, presented: PresentedToken): boolean;
  /** Writes the token of a generation, the same bytes each time. Returns null if the key of `kid` is not listed. */
  write(session: { id: string; seed: Uint8Array }, generation: number, kid: string): string | null;
}

const tokenForm = /^v1\.([\w-]{8})\.([0-9a-f-]{36})\.(0|[1-9]\d{0,8})\.([\w-]{43})\.([\w-]{43})$/;

/**
 * Makes the reader and writer of refresh tokens from the secrets of AUTH_SECRET, the newest first. Keys are derived by
 * HKDF (RFC 5869); a `kid` is the fingerprint of a derived key.
 */
export function refreshTokens(secrets: string[]): RefreshTokens {
  const keys = keyring(secrets, 'latchkey refresh token v1');
  return {
    newestKid: keys.newestKid,
    parse(token) {
      const [, kid, sessionId, generation, nonce, tag] = tokenForm.exec(token ?? '') ?? [];
      const key = keys.key(kid ?? '');
      if (!key || !kid || !sessionId || !generation || !nonce || !tag) return null;
      const expected = tagOf(key, kid, sessionId, generation, nonce);
      return isSameSecret(tag, expected) ? { sessionId, generation: Number(generation), nonce } : null;
    },
    knows: (kid) => keys.key(kid) !== undefined,
    nonceMatches: ({ seed }, { nonce, generation }) => isSameSecret(nonce, nonceOf(seed, generation)),
    write({ id, seed }, generation, kid) {
      const key = keys.key(kid);
      if (!key) return null;
      const nonce = nonceOf(seed, generation);
      const number = String(generation);
      return `v1.${kid}.${id}.${number}.${nonce}.${tagOf(key, kid, id, number, nonce)}`;
    },
  };
}

/** Makes a session's seed: 32 random bytes. */
export function newSeed(): Uint8Array {
  return randomBytes(32);
}

function tagOf(key: KeyObject, kid: string, sessionId: string, generation: string, nonce: string): string {
  return createHmac('sha256', key).update(`refresh|v1|${kid}|${sessionId}|${generation}|${nonce}`).digest('base64url');
}

function nonceOf(seed: Uint8Array, generation: number): string {
  return createHmac('sha256', createSecretKey(seed)).update(String(generation)).digest('base64url');
}
