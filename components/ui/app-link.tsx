import Link from 'next/link';
import type { ComponentProps } from 'react';
import { LinkProgress } from '#components/ui/progress-bar.tsx';

/** A link to another private page: nothing is fetched ahead of the click, and what is under way shows. */
export function AppLink({ children, ...link }: Omit<ComponentProps<typeof Link>, 'prefetch'>) {
  return (
    <Link {...link} prefetch={false}>
      {children}
      <LinkProgress />
    </Link>
  );
}
