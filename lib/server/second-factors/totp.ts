import 'server-only';
import { randomBytes } from 'node:crypto';
import { HOTP, Secret } from 'otpauth';
import { isSameSecret } from '#lib/server/crypto/keyring.ts';

const stepSeconds = 30;

/** Makes the secret of an authenticator app: 160 bits (RFC 4226 section 4). */
export function newTotpSecret(): Uint8Array {
  return randomBytes(20);
}

/** Writes a secret in base32, as people type it into an app that cannot see the picture. */
export function typedSecret(secret: Uint8Array): string {
  return secretOf(secret).base32;
}

/** Writes the address that an authenticator app reads from the picture. */
export function totpUri(secret: Uint8Array, email: string): string {
  const label = `Latchkey:${encodeURIComponent(email)}`;
  return `otpauth://totp/${label}?secret=${typedSecret(secret)}&issuer=Latchkey&algorithm=SHA1&digits=6&period=${stepSeconds}`;
}

/**
 * Returns the time step (RFC 6238) whose code this is: the present one, the one before or the one after. Returns null for a wrong
 * code. Steps up to `lastStep`, whose codes were used, are not compared.
 */
export function stepOfCode(secret: Uint8Array, code: string, now: Date, lastStep: number): number | null {
  const present = Math.floor(now.getTime() / 1000 / stepSeconds);
  const steps = [present - 1, present, present + 1].filter((step) => step > lastStep);
  const matching = steps.filter((counter) => isSameSecret(code, HOTP.generate({ secret: secretOf(secret), counter })));
  return matching[0] ?? null;
}

function secretOf(secret: Uint8Array): Secret {
  return new Secret({ buffer: new Uint8Array(secret).buffer });
}
