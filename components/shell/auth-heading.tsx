import type { ReactNode } from 'react';

/** Shows the title of a page for people who are not signed in, and a sentence under it. */
export function AuthHeading({ title, lead }: { title: string; lead: ReactNode }) {
  return (
    <>
      <h1 className="text-2xl font-semibold">{title}</h1>
      <p className="mt-2 mb-8 text-muted">{lead}</p>
    </>
  );
}
