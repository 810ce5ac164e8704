import type { ReactNode } from 'react';
import { CircleAlert } from '#components/ui/icons.tsx';

/** What went wrong with the whole form, read out as soon as it is there. */
export function FormAlert({ children }: { children: ReactNode }) {
  return (
    <div role="alert" className="arrive mb-1 flex gap-2.5 rounded-md bg-danger-soft px-3 py-2.5 text-sm text-danger">
      <CircleAlert size={16} className="mt-0.5 shrink-0" />
      <div>{children}</div>
    </div>
  );
}
