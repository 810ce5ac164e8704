'use client';

import { type ComponentProps, type KeyboardEvent, useState } from 'react';
import { FieldShell, type ShellProps } from './field-shell.tsx';
import { Eye, EyeOff } from './icons.tsx';

type TextFieldProps = Omit<ShellProps, 'children'> & Omit<ComponentProps<'input'>, 'id' | 'name' | 'children'>;

/** Shows a labelled input of one line. */
export function TextField({ label, name, hint, errors, aside, className = '', ...input }: TextFieldProps) {
  return (
    <FieldShell label={label} name={name} hint={hint} errors={errors} aside={aside}>
      {(control) => <input {...input} {...control} className={`control ${className}`} />}
    </FieldShell>
  );
}

interface PasswordFieldProps extends Omit<TextFieldProps, 'type' | 'aside' | 'className'> {
  autoComplete: 'current-password' | 'new-password';
}

/** Shows a labelled password input with a button that reveals what is typed, and says so while Caps Lock is on. */
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
