import { z } from 'zod';
import { trimUnseen, unfitForEmail, unfitForLine, unseenInEmail } from '#lib/core/text.ts';

const address =
  /^[^\s@\p{C}"(),:;<>[\]\\\uFF20\uFE6B]{1,64}@(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+[a-z][a-z\d-]{0,62}$/u;

/** Matches a domain that a URL's parser reads as a name: letters, joiners, digits, hyphens, and what IDNA takes for dots. */
const nameOnly = /^(?:[\p{L}\p{M}\p{N}.\u3002\uFF0E\uFF61-]|\u200C|\u200D)+$/u;

/**
 * Normalizes an email address to the form in which accounts are unique, without what is invisible at its ends. What
 * stands before the @ becomes lower case, then NFC: lowercasing can take a character out of NFC. The domain becomes
 * ASCII, as DNS has it.
 */
export function normalizeEmail(email: string): string {
  const typed = trimUnseen(email);
  const domainAt = typed.lastIndexOf('@') + 1;
  return typed.slice(0, domainAt).toLowerCase().normalize('NFC') + asciiDomain(typed.slice(domainAt));
}

/**
 * Brings a domain to ASCII by the URL Standard's ToASCII, which is UTS 46 without transitional processing: ß stays
 * another letter than ss, since the two are different domains. Returns one that has no such form in lower case and NFC.
 */
function asciiDomain(domain: string): string {
  const lower = domain.toLowerCase().normalize('NFC');
  // An ASCII domain needs no parser, which would also read `%41` and `0x7f.1`.
  const isParsed = nameOnly.test(domain) && /[^\0-\x7f]/.test(domain);
  return (isParsed && URL.parse(`http://${domain}`)?.hostname) || lower;
}

/** Shows an address so that its owner recognizes it, but nobody else can write to it: `n…@example.org`. */
export function maskedEmail(address: string): string {
  const [first = ''] = address;
  return `${first}…${address.slice(address.lastIndexOf('@'))}`;
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
