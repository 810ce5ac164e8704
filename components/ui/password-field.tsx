'use client';

import { type ComponentProps, type KeyboardEvent, type ReactNode, useState } from 'react';
import { FieldShell } from '#components/ui/field.tsx';
import { Eye, EyeOff } from '#components/ui/icons.tsx';

interface PasswordFieldProps extends Omit<ComponentProps<'input'>, 'id' | 'name' | 'type' | 'children'> {
  label: string;
  name: string;
  autoComplete: 'current-password' | 'new-password';
  hint?: ReactNode;
  errors?: string[] | undefined;
}

/** A password with a way to look at it, and a word when Caps Lock is on. */
export function PasswordField({ label, name, hint, errors, ...input }: PasswordFieldProps) {
  const [isShown, setShown] = useState(false);
  const [isCapsLock, setCapsLock] = useState(false);
  const noticeCapsLock = (event: KeyboardEvent) => setCapsLock(event.getModifierState('CapsLock'));
  const Icon = isShown ? EyeOff : Eye;
  return (
    <FieldShell
      label={label}
      name={name}
      hint={hint}
      errors={errors}
      aside={
        <span aria-live="polite" className="text-xs text-warn">
          {isCapsLock && 'Caps Lock is on'}
        </span>
      }
    >
      {(control) => (
        <div className="relative">
          <input
            {...input}
            {...control}
            type={isShown ? 'text' : 'password'}
            autoCapitalize="none"
            autoCorrect="off"
            spellCheck={false}
            onKeyDown={noticeCapsLock}
            onKeyUp={noticeCapsLock}
            onBlur={() => setCapsLock(false)}
            className="control pr-12"
          />
          <button
            type="button"
            aria-controls={name}
            onClick={() => setShown(!isShown)}
            className="absolute inset-y-0 right-0 grid w-11 cursor-pointer place-items-center rounded-md text-muted hover:text-ink"
          >
            <Icon size={20} />
            <span className="sr-only">{isShown ? 'Hide password' : 'Show password'}</span>
          </button>
        </div>
      )}
    </FieldShell>
  );
}
