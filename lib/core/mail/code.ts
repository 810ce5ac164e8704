import { z } from 'zod';

const wrongForm = 'Enter the 8 digits in the mail.';

/** Checks a code from a mail as typed, and outputs its eight digits. Spaces and hyphens between them are ignored. */
export const mailedCode = z
  .string({ error: wrongForm })
  .max(40, wrongForm)
  .transform((typed) => typed.replace(/[\s-]/g, ''))
  .pipe(z.string().regex(/^\d{8}$/, wrongForm));
