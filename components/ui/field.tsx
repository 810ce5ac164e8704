'use client';

import { type ComponentProps, type KeyboardEvent, type ReactNode, useState } from 'react';
import { CircleAlert, Eye, EyeOff } from './icons.tsx';

interface ShellProps {
  label: string;
  name: string;
  /** Stands under the field until something is wrong. */
  hint?: ReactNode;
  errors?: string[] | undefined;
  /** Stands at the end of the label's line. */
  aside?: ReactNode;
  children: (control: ControlProps) => ReactNode;
}

interface ControlProps {
  id: string;
  name: string;
  'aria-invalid': true | undefined;
  'aria-describedby': string;
}

/** Puts a label above a control and a message below. The message keeps its line even when it is empty, so that nothing jumps. */
export function FieldShell({ label, name, hint, errors, aside, children }: ShellProps) {
  const noteId = `${name}-note`;
  const error = errors?.join(' ');
  return (
    <div>
      <div className="mb-1.5 flex min-h-5 items-baseline justify-between gap-4 text-sm">
        <label htmlFor={name} className="font-medium">
          {label}
        </label>
        {aside}
      </div>
      {children({ id: name, name, 'aria-invalid': error ? true : undefined, 'aria-describedby': noteId })}
      <div id={noteId} className="mt-1 min-h-5 text-xs text-muted">
        {error ? (
          <span className="flex gap-1.5 text-danger">
            <CircleAlert size={16} className="mt-0.5 shrink-0" />
            <span>{error}</span>
          </span>
        ) : (
          hint
        )}
      </div>
    </div>
  );
}

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
