import type { ReactNode } from 'react';
import { AppLink } from '#components/ui/app-link.tsx';
import { ArrowLeft } from '#components/ui/icons.tsx';

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
