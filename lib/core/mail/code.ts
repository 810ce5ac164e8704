import { z } from 'zod';

const wrongForm = 'Enter the 8 digits in the mail.';

/** Shows a code as its mail does: in two groups, which are easier to keep in mind. */
export function inGroups(code: string): string {
  return `${code.slice(0, 4)} ${code.slice(4)}`;
}

/** Checks a code from a mail as typed, and outputs its eight digits. Spaces and hyphens between them are ignored. */
export const mailedCode = z
  .string({ error: wrongForm })
  .max(40, wrongForm)
  .transform((typed) => typed.replace(/[\s-]/g, ''))
  .pipe(z.string().regex(/^\d{8}$/, wrongForm));
