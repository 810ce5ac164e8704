import { TextField } from '#components/ui/field.tsx';
import { line } from '#components/ui/form.tsx';

/** Shows the field for the code in a mail. */
export function CodeField({ errors }: { errors: string[] | undefined }) {
  return (
    <TextField
      label="Code"
      name="code"
      inputMode="numeric"
      autoComplete="one-time-code"
      maxLength={20}
      className="font-mono text-lg tracking-widest"
      hint="8 digits. It may take a minute to arrive."
      errors={errors}
    />
  );
}

/** Reads the code that was typed, without spaces and hyphens, and says what is wrong with it; null for nothing. */
export function readCode(data: FormData): { code: string; problem: string | null } {
  const code = line(data, 'code').replace(/[\s-]/g, '');
  return { code, problem: /^\d{8}$/.test(code) ? null : 'Enter the 8 digits in the mail.' };
}
