import type { ReactNode } from 'react';
import { ArrowLeft } from './icons.tsx';
import { AppLink } from './link.tsx';

/** Shows the page's one h1, a sentence about the page below it, and `aside` at the end of its line. */
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

/** Links to the page above this one. Stands over the page's heading. */
export function BackLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <AppLink
      href={href}
      className="-mx-2 mb-2 inline-flex min-h-9 w-fit items-center gap-1.5 rounded-md px-2 text-sm text-muted hover:text-ink"
    >
      <ArrowLeft size={16} />
      {children}
    </AppLink>
  );
}
