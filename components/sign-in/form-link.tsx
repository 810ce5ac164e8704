'use client';

import type { ReactNode } from 'react';

/** Links from sign-in to sign-up or back, and takes along the fragment of the address, which the server never saw. */
export function FormLink({ href, className, children }: { href: string; className: string; children: ReactNode }) {
  return (
    <a href={href} className={className} ref={takeFragment}>
      {children}
    </a>
  );
}

function takeFragment(link: HTMLAnchorElement | null): void {
  if (link) link.hash = location.hash;
}
