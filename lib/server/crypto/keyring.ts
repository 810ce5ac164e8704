import 'server-only';
import { createHash, createSecretKey, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto';

/** Keys for one purpose, each named by its fingerprint. */
export interface Keyring {
  newestKid: string;
  /** Returns the key with this fingerprint, or undefined if it is not listed. */
  key(kid: string): KeyObject | undefined;
}

/** Derives a key of each secret of AUTH_SECRET, the newest first, by HKDF (RFC 5869). Keys of two purposes differ. */
export function keyring(secrets: string[], purpose: string): Keyring {
  const keys = secrets.map((secret) => deriveKey(secret, purpose));
  const byKid = new Map(keys.map(({ kid, key }) => [kid, key]));
  const newestKid = keys[0]?.kid;
  if (!newestKid) throw new Error('AUTH_SECRET is empty.');
  return { newestKid, key: (kid) => byKid.get(kid) };
}

/** Derives a key as a KeyObject, as each key here is: over a buffer Node takes four times as long. */
function deriveKey(secret: string, purpose: string): { kid: string; key: KeyObject } {
  const bytes = Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
  const kid = createHash('sha256').update('latchkey kid').update(bytes).digest('base64url').slice(0, 8);
  return { kid, key: createSecretKey(bytes) };
}

/** Compares a secret with the one that is expected, in constant time. Nothing equals null. */
export function isSameSecret(given: string, expected: string | null): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected ?? '')];
  return expected !== null && left.length === right.length && timingSafeEqual(left, right);
}
