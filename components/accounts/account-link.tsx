import type { ReactNode } from 'react';
import { AppLink } from '#components/ui/app-link.tsx';

interface AccountLinkProps {
  href: string;
  icon: ReactNode;
  /** What one finds there. */
  text: string;
  children: ReactNode;
}

/** A card that is a link: the name leads, the rest describes. */
export function AccountLink({ href, icon, text, children }: AccountLinkProps) {
  return (
    <div className="relative flex gap-3 rounded-md border bg-raised p-5 transition-colors hover:border-line-strong">
      <span className="mt-0.5 text-accent">{icon}</span>
      <div>
        <AppLink href={href} className="font-medium after:absolute after:inset-0 after:rounded-md">
          {children}
        </AppLink>
        <p className="text-sm text-muted">{text}</p>
      </div>
    </div>
  );
}
