import type { ReactNode } from 'react';

/** A page that has one thing to say: not found, something went wrong. */
export function MessagePage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="mx-auto grid w-full max-w-md flex-1 content-center justify-items-start gap-4 px-4 py-16 sm:px-6">
      <h1 className="text-2xl font-semibold">{title}</h1>
      {children}
    </div>
  );
}
