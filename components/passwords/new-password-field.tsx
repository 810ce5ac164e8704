'use client';

import { useState } from 'react';
import { PasswordField } from '#components/ui/password-field.tsx';
import { strengthOf } from './strength.ts';
import { StrengthMeter } from './strength-meter.tsx';

interface NewPasswordFieldProps {
  label: string;
  name: string;
  minLength: number;
  /** Known address, or where on the form it is typed. */
  email: string | (() => string);
  errors?: string[] | undefined;
}

/** A new password, with how strong it is while it is typed. */
export function NewPasswordField({ label, name, minLength, email, errors }: NewPasswordFieldProps) {
  const [typed, setTyped] = useState('');
  const address = typeof email === 'string' || typed === '' ? email : email();
  const strength = strengthOf(typed, { minLength, email: typeof address === 'string' ? address : '' });
  return (
    <PasswordField
      label={label}
      name={name}
      autoComplete="new-password"
      errors={errors}
      onChange={(event) => setTyped(event.currentTarget.value)}
      hint={<StrengthMeter strength={strength} />}
    />
  );
}
