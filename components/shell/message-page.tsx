import type { ReactNode } from 'react';
import { buttonClass } from '#components/ui/button.tsx';

/** Shows a page that has one thing to say, such as that something went wrong. */
export function MessagePage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="mx-auto grid w-full max-w-md flex-1 content-center justify-items-start gap-4 px-4 py-16 sm:px-6">
      <h1 className="text-2xl font-semibold">{title}</h1>
      {children}
    </div>
  );
}

/** Says that an address leads nowhere, in the same words for what is gone and for what belongs to somebody else. */
export function NothingHere({ wayOut }: { wayOut: { href: string; label: string } }) {
  return (
    <MessagePage title="There is nothing here">
      <p className="text-muted">It may have been deleted, or the address has a typing mistake in it.</p>
      <a href={wayOut.href} className={buttonClass({ look: 'secondary' }, 'mt-2')}>
        {wayOut.label}
      </a>
    </MessagePage>
  );
}
