import 'server-only';
import { createHmac, randomBytes } from 'node:crypto';
import type { MailLink } from '#db/store/mail-links.ts';
import type { SignUpRow } from '#db/store/sign-ups.ts';
import { isSameSecret, keyring } from './keyring.ts';

/** Makes and checks what mails bring: links and codes. Needs both a row and a key, so neither alone makes one. */
export interface MailSecrets {
  /** The `kid` of the newest key, with which new links and codes are made. */
  newestKid: string;
  /** Writes a link's token, `<id>.<tag>`, the same each time. Returns null if the key of its `kid` is not listed. */
  tokenOf(link: Pick<MailLink, 'id' | 'kind' | 'kid' | 'nonce'>): string | null;
  /** Decides, in constant time, whether a token is this link's. */
  isTokenOf(token: string, link: Pick<MailLink, 'id' | 'kind' | 'kid' | 'nonce'>): boolean;
  /** Writes the eight digits of the code of a row, the same each time. Returns null if its key is not listed. */
  codeOf(kind: CodeKind, row: CodeRow): string | null;
  /** Decides, in constant time, whether a code is of this kind and row. */
  isCodeOf(code: string, kind: CodeKind, row: CodeRow): boolean;
}

/** Names the purpose of a code, which is part of what it is made of: no code of one kind serves another. */
export type CodeKind = 'sign_up' | 'email';
type CodeRow = Pick<SignUpRow, 'id' | 'kid' | 'nonce'>;

/** Makes them from the secrets of AUTH_SECRET, the newest first, by HMAC-SHA-256. */
export function mailSecrets(secrets: string[]): MailSecrets {
  const keys = keyring(secrets, 'latchkey mail v1');
  const tokenOf: MailSecrets['tokenOf'] = ({ id, kind, kid, nonce }) => {
    const key = keys.key(kid);
    if (!key) return null;
    const tag = createHmac('sha256', key).update(`mail|${kind}|${id}|`).update(nonce).digest('base64url');
    return `${id}.${tag}`;
  };
  const codeOf: MailSecrets['codeOf'] = (kind, { id, kid, nonce }) => {
    const key = keys.key(kid);
    if (!key) return null;
    const bytes = createHmac('sha256', key).update(`code|${kind}|${id}|`).update(nonce).digest();
    // 64 bits for 27: no digit is likelier than another by more than one in 10^11.
    return String(bytes.readBigUInt64BE() % 100_000_000n).padStart(8, '0');
  };
  return {
    newestKid: keys.newestKid,
    tokenOf,
    isTokenOf: (token, link) => isSameSecret(token, tokenOf(link)),
    codeOf,
    isCodeOf: (code, kind, row) => isSameSecret(code, codeOf(kind, row)),
  };
}

/** Returns the id of the link that a token claims to be of, or null if it has not the form of one. */
export function linkIdOf(token: string): string | null {
  return /^([\da-f-]{36})\.[\w-]{43}$/.exec(token)?.[1] ?? null;
}

/** Makes a link's nonce: 32 random bytes. */
export function newLinkNonce(): Uint8Array {
  return randomBytes(32);
}
