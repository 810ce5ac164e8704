import type { ReactNode } from 'react';
import { CircleAlert } from './icons.tsx';

export interface ShellProps {
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
