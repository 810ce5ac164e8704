'use client';

import { useState } from 'react';
import { PasswordField } from '#components/ui/field.tsx';
import { type Strength, strengthOf } from './strength.ts';

interface NewPasswordFieldProps {
  label: string;
  name: string;
  minLength: number;
  /** Email address of the person, or a function that reads what is typed of it on the form. */
  email: string | (() => string);
  errors?: string[] | undefined;
}

/** Takes a new password and shows how strong it is while it is typed. */
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

const tones = { 0: '', 1: 'bg-danger', 2: 'bg-warn', 3: 'bg-ok', 4: 'bg-ok' } as const;
const steps = [1, 2, 3, 4] as const;

/** Shows the strength in words, and repeats them for the eye as a bar of four steps. */
function StrengthMeter({ strength }: { strength: Strength }) {
  const { level, words } = strength;
  return (
    <>
      <span aria-hidden className="mb-1.5 flex gap-1">
        {steps.map((step) => (
          <span
            key={step}
            className={`h-1 flex-1 rounded-full transition-colors ${step <= level ? tones[level] : 'bg-line'}`}
          />
        ))}
      </span>
      <span>{words}</span>
    </>
  );
}
