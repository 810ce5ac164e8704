import { HOTP, Secret } from 'otpauth';

/** Makes an authenticator app's code at a time, of a secret in base32; `steps` of 30 s later or earlier. */
export function appCodeOf(secret: string, at: Date, steps = 0): string {
  return HOTP.generate({ secret: Secret.fromBase32(secret), counter: Math.floor(at.getTime() / 30_000) + steps });
}
