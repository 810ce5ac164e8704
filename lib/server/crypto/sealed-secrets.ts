import 'server-only';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { keyring } from './keyring.ts';

/** A secret as it is stored: nonce, ciphertext and tag of AES-256-GCM, and the key's fingerprint. */
export interface Sealed {
  kid: string;
  sealed: Uint8Array;
}

/** Seals secrets that the app must read again. Needs both a row and a key: a backup alone tells nothing. */
export interface SealedSecrets {
  newestKid: string;
  /** Seals a secret for its owner, with the newest key. */
  seal(ownerId: string, secret: Uint8Array): Sealed;
  /** Opens a secret. Returns null for another owner's, a changed one, and one whose key is not listed. */
  open(ownerId: string, sealed: Sealed): Uint8Array | null;
}

const nonceBytes = 12;
const tagBytes = 16;

/** Makes them from the secrets of AUTH_SECRET, the newest first. */
export function sealedSecrets(secrets: string[]): SealedSecrets {
  const keys = keyring(secrets, 'latchkey sealed secrets v1');
  return {
    newestKid: keys.newestKid,
    seal(ownerId, secret) {
      const key = keys.key(keys.newestKid);
      if (!key) throw new Error('The newest key is not listed.');
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(ownerId));
      const sealed = Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
      return { kid: keys.newestKid, sealed };
    },
    open(ownerId, { kid, sealed }) {
      const key = keys.key(kid);
      const bytes = Buffer.from(sealed);
      if (!key || bytes.length <= nonceBytes + tagBytes) return null;
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
        .setAAD(Buffer.from(ownerId))
        .setAuthTag(bytes.subarray(-tagBytes));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]);
      } catch {
        return null;
      }
    },
  };
}
