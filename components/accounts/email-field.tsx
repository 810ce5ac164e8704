import { TextField } from '#components/ui/field.tsx';

interface EmailFieldProps {
  errors: string[] | undefined;
  label?: string;
  hint?: string;
  autoComplete?: 'username' | 'username webauthn' | 'email' | 'off';
}

/**
 * Shows the field for an email address, by default the one that somebody signs up or in with. Its type is text: Chromium's type for addresses
 * rewrites domains, and makes faß.de into fass.de, which is somebody else's.
 */
export function EmailField({ errors, label = 'Email', hint, autoComplete = 'username' }: EmailFieldProps) {
  return (
    <TextField
      label={label}
      hint={hint}
      name="email"
      inputMode="email"
      autoComplete={autoComplete}
      autoCapitalize="none"
      autoCorrect="off"
      spellCheck={false}
      errors={errors}
    />
  );
}
