import type { ReactNode } from 'react';

/** The page's one h1, what it is about, and a quiet place at its end. */
export function PageHeading({ title, lead, aside }: { title: string; lead?: ReactNode; aside?: ReactNode }) {
  return (
    <div className="mb-6 sm:mb-8">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-2">
        <h1 className="text-2xl font-semibold">{title}</h1>
        {aside}
      </div>
      {lead && <p className="mt-2 text-muted">{lead}</p>}
    </div>
  );
}
