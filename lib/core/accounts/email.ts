import { z } from 'zod';
import { trimUnseen, unfitForEmail, unfitForLine, unseenInEmail } from '#lib/core/text.ts';

const address =
  /^[^\s@\p{C}"(),:;<>[\]\\\uFF20\uFE6B]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?\.)+[\p{L}][\p{L}\p{M}\p{N}-]{0,62}$/u;

/**
 * Normalizes an email address to the form in which accounts are unique: without what is invisible at its ends, lower
 * case, then NFC. The order matters, since lowercasing can take a character out of NFC.
 */
export function normalizeEmail(email: string): string {
  return trimUnseen(email).toLowerCase().normalize('NFC');
}

/** Checks an email address as typed and outputs it normalized. */
export const email = z
  .string({ error: 'Enter your email address.' })
  .transform((value) => (unfitForLine.test(value) ? value : normalizeEmail(value)))
  .pipe(
    z
      .string()
      .max(254, 'This email address is too long.')
      .refine((value) => !unfitForEmail.test(value), { error: unseenInEmail, abort: true })
      .regex(address, 'Enter an email address like name@example.org.'),
  );
