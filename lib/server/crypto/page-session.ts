import 'server-only';
import {
  createCipheriv,
  createHash,
  createHmac,
  createSecretKey,
  type KeyObject,
  pbkdf2Sync,
  randomBytes,
} from 'node:crypto';
import type { AccessClaims } from '#lib/edge/access-token.ts';
import type { PageSessionContents } from '#lib/edge/page-session.ts';

export type SealPageSession = (accessToken: string, claims: AccessClaims) => string;

/**
 * Makes the function that seals page sessions with the first of `secrets`, in the form that lib/edge/page-session.ts
 * opens with iron-session. Uses node:crypto, since through Web Crypto its steps are nine jobs for other threads and
 * cost four times as much (docs/decisions/013-page-session.md).
 */
export function pageSessionSealer(secrets: string[]): SealPageSession {
  const [secret] = secrets;
  if (!secret) throw new Error('SESSION_SECRET is empty.');
  const id = createHash('sha256').update(`latchkey seal ${secret}`).digest().readUInt32BE(0);
  return (token, { sessionId: sid, generation: gen, expiresAt }) => {
    const contents: PageSessionContents = { token, exp: expiresAt.getTime() / 1000, sid, gen };
    const encryption = deriveKey(secret);
    const iv = randomBytes(16);
    const cipher = createCipheriv('aes-256-cbc', encryption.key, iv);
    const encrypted = Buffer.concat([cipher.update(JSON.stringify(contents)), cipher.final()]);
    // The empty last part is iron's own expiry; the contents have an `exp` instead.
    const sealed = `Fe26.2*${id}*${encryption.salt}*${iv.toString('base64url')}*${encrypted.toString('base64url')}*`;
    const integrity = deriveKey(secret);
    const mac = createHmac('sha256', integrity.key).update(sealed).digest('base64url');
    return `${sealed}*${integrity.salt}*${mac}~2`;
  };
}

/**
 * Derives a key with a new salt. One round is enough, since the settings accept random secrets only. A KeyObject: over a
 * buffer Node takes four times as long.
 */
function deriveKey(secret: string): { key: KeyObject; salt: string } {
  const salt = randomBytes(32).toString('hex');
  return { key: createSecretKey(pbkdf2Sync(secret, salt, 1, 32, 'sha1')), salt };
}
