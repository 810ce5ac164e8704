import { TextField } from '#components/ui/field.tsx';

/**
 * Shows the field for the address that somebody signs up or in with. Its type is text: Chromium's type for addresses
 * rewrites domains, and makes faß.de into fass.de, which is somebody else's.
 */
export function EmailField({ errors }: { errors: string[] | undefined }) {
  return (
    <TextField
      label="Email"
      name="email"
      inputMode="email"
      autoComplete="username"
      autoCapitalize="none"
      autoCorrect="off"
      spellCheck={false}
      errors={errors}
    />
  );
}
