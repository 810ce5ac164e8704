import 'server-only';
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { isSameSecret, keyring } from './keyring.ts';

/** A WebAuthn ceremony: what its challenge may be answered for, by whom, until when. */
export interface Ceremony {
  /** 32 random bytes in base64url, which also name the ceremony. */
  challenge: string;
  purpose: string;
  /** The session that asked; null where nobody is signed in. */
  sessionId: string | null;
  expiresAt: Date;
}

/** Writes ceremonies as text that only this app can make: they are kept by the browser, and nothing is stored. */
export interface Ceremonies {
  seal(ceremony: Ceremony): string;
  /** Reads a ceremony. Returns null for text that this app did not make, or made with a key that is not listed. */
  open(text: string): Ceremony | null;
}

const shape = z.tuple([z.string(), z.string(), z.string().nullable(), z.number()]);

/** Makes them from the secrets of AUTH_SECRET, the newest first. */
export function ceremonies(secrets: string[]): Ceremonies {
  const keys = keyring(secrets, 'latchkey webauthn ceremonies v1');
  const tagOf = (kid: string, payload: string) => {
    const key = keys.key(kid);
    return key ? createHmac('sha256', key).update(payload).digest('base64url') : null;
  };
  return {
    seal({ challenge, purpose, sessionId, expiresAt }) {
      const payload = Buffer.from(JSON.stringify([challenge, purpose, sessionId, expiresAt.getTime()])).toString(
        'base64url',
      );
      return `${payload}.${keys.newestKid}.${tagOf(keys.newestKid, payload)}`;
    },
    open(text) {
      const [payload = '', kid = '', tag = '', ...more] = text.split('.');
      if (more.length > 0 || !isSameSecret(tag, tagOf(kid, payload))) return null;
      const [challenge, purpose, sessionId, expiresAt] = shape.parse(
        JSON.parse(Buffer.from(payload, 'base64url').toString()),
      );
      return { challenge, purpose, sessionId, expiresAt: new Date(expiresAt) };
    },
  };
}
