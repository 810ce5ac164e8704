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
import type { MailLink } from '#db/store/mail-links.ts';
import type { SignUpRow } from '#db/store/sign-ups.ts';

/** Makes and checks the secrets of mailed links. Needs both a row and a key, so neither alone makes a link. */
export interface MailSecrets {
  /** The `kid` of the newest key, with which new links are made. */
  newestKid: string;
  /** Writes a link's token, `<id>.<tag>`, the same each time. Returns null if the key of its `kid` is not listed. */
  tokenOf(link: Pick<MailLink, 'id' | 'kind' | 'kid' | 'nonce'>): string | null;
  /** Decides, in constant time, whether a token is this link's. */
  isTokenOf(token: string, link: Pick<MailLink, 'id' | 'kind' | 'kid' | 'nonce'>): boolean;
  /** Writes the eight digits of a sign-up's code, the same each time. Returns null if its key is not listed. */
  codeOf(signUp: Pick<SignUpRow, 'id' | 'kid' | 'nonce'>): string | null;
  /** Decides, in constant time, whether a code is this sign-up's. */
  isCodeOf(code: string, signUp: Pick<SignUpRow, 'id' | 'kid' | 'nonce'>): boolean;
}

/** Makes them from the secrets of AUTH_SECRET, the newest first, by HKDF (RFC 5869) and HMAC-SHA-256. */
export function mailSecrets(secrets: string[]): MailSecrets {
  const keys = secrets.map(deriveKey);
  const byKid = new Map(keys.map(({ kid, key }) => [kid, key]));
  const newestKid = keys[0]?.kid;
  if (!newestKid) throw new Error('AUTH_SECRET is empty.');
  const tokenOf: MailSecrets['tokenOf'] = ({ id, kind, kid, nonce }) => {
    const key = byKid.get(kid);
    if (!key) return null;
    const tag = createHmac('sha256', key).update(`mail|${kind}|${id}|`).update(nonce).digest('base64url');
    return `${id}.${tag}`;
  };
  const codeOf: MailSecrets['codeOf'] = ({ id, kid, nonce }) => {
    const key = byKid.get(kid);
    if (!key) return null;
    const bytes = createHmac('sha256', key).update(`code|sign_up|${id}|`).update(nonce).digest();
    // 64 bits for 27: no digit is likelier than another by more than one in 10^11.
    return String(bytes.readBigUInt64BE() % 100_000_000n).padStart(8, '0');
  };
  return {
    newestKid,
    tokenOf,
    isTokenOf: (token, link) => isEqual(token, tokenOf(link)),
    codeOf,
    isCodeOf: (code, signUp) => isEqual(code, codeOf(signUp)),
  };
}

function isEqual(given: string, expected: string | null): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected ?? '')];
  return expected !== null && left.length === right.length && timingSafeEqual(left, right);
}

/** Returns the id of the link that a token claims to be of, or null if it has not the form of one. */
export function linkIdOf(token: string): string | null {
  return /^([\da-f-]{36})\.[\w-]{43}$/.exec(token)?.[1] ?? null;
}

/** Makes a link's nonce: 32 random bytes. */
export function newLinkNonce(): Uint8Array {
  return randomBytes(32);
}

function deriveKey(secret: string): { kid: string; key: KeyObject } {
  const bytes = Buffer.from(hkdfSync('sha256', secret, '', 'latchkey mail v1', 32));
  const kid = createHash('sha256').update('latchkey kid').update(bytes).digest('base64url').slice(0, 8);
  return { kid, key: createSecretKey(bytes) };
}
