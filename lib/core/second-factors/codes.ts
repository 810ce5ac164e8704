/** Reads what people prove themselves with: codes as they type them, and passkeys. */
import { z } from 'zod';
import { passkeyFields, type ShownPasskey } from '#lib/core/passkeys/credential.ts';

const wrongAppCode = 'Enter the 6 digits in your app.';

/** Checks an authenticator app's code as typed, and outputs its six digits. Spaces in it are ignored. */
export const appCode = z
  .string({ error: wrongAppCode })
  .max(40, wrongAppCode)
  .transform((typed) => typed.replace(/\s/g, ''))
  .pipe(z.string().regex(/^\d{6}$/, wrongAppCode));

/** Digits and letters of recovery codes: Crockford's base32, which leaves out I, L, O and U. */
export const recoveryLetters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const recoveryLength = 24;
const wrongRecoveryCode = 'Enter one of your recovery codes, of 24 letters and digits.';

/** Checks a recovery code as typed, and outputs its letters. Case, spaces and hyphens do not matter, nor O for 0 or I, L for 1. */
export const recoveryCode = z
  .string({ error: wrongRecoveryCode })
  .max(80, wrongRecoveryCode)
  .transform((typed) => typed.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1'))
  .pipe(z.string().regex(new RegExp(`^[${recoveryLetters}]{${recoveryLength}}$`), wrongRecoveryCode));

/** Fields of a request that holds a proof beside a password or link: a code, a recovery code, a passkey with its ceremony, or none. */
export const proofFields = {
  code: appCode.optional(),
  recovery_code: recoveryCode.optional(),
  ceremony: passkeyFields.ceremony.optional(),
  credential: passkeyFields.credential.optional(),
};
export interface TypedProof {
  code?: string | undefined;
  recovery_code?: string | undefined;
  ceremony?: ShownPasskey['ceremony'] | undefined;
  credential?: ShownPasskey['credential'] | undefined;
}

/** Returns the passkey of a proof, if it is one. */
export function passkeyOf({ ceremony, credential }: TypedProof): ShownPasskey | null {
  return ceremony === undefined || credential === undefined ? null : { ceremony, credential };
}

/** Tells whether a request has no proof at all. */
export function isUnproven(typed: TypedProof): boolean {
  return typed.code === undefined && typed.recovery_code === undefined && passkeyOf(typed) === null;
}
