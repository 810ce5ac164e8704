import { z } from 'zod';
import { unfitForLine } from '#lib/core/text.ts';

const address =
  /^[^\s@\p{C}"(),:;<>[\]\\\uFF20\uFE6B]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?\.)+[\p{L}][\p{L}\p{M}\p{N}-]{0,62}$/u;

/**
 * Normalizes an email address to the form in which accounts are unique: trimmed, lower case, then NFC. The order
 * matters, since lowercasing can take a character out of NFC.
 */
export function normalizeEmail(email: string): string {
  return email.trim().toLowerCase().normalize('NFC');
}

/** Checks an email address as typed and outputs it normalized. */
export const email = z
  .string({ error: 'Enter your email address.' })
  .transform((value) => (unfitForLine.test(value) ? '' : normalizeEmail(value)))
  .pipe(
    z
      .string()
      .max(254, 'This email address is too long.')
      .regex(address, 'Enter an email address like name@example.org.'),
  );
