import type { Metadata } from 'next';
import { NothingHere } from '#components/ui/nothing-here.tsx';
import { paths } from '#lib/core/routes.ts';

export const metadata: Metadata = { title: 'Not found' };

/** Outside the frame. What is missing for someone signed in is app/(protected)/not-found.tsx. */
export default function NotFound() {
  return (
    <main id="content" tabIndex={-1} className="flex flex-1 flex-col">
      <NothingHere wayOut={{ href: paths.home, label: 'Go to the start' }} />
    </main>
  );
}
