import type { Metadata } from 'next';
import { NothingHere } from '#components/shell/message-page.tsx';
import { SiteHeader } from '#components/shell/site-header.tsx';
import { paths } from '#lib/core/routes.ts';

export const metadata: Metadata = { title: 'Not found' };

/** Stands in for the page where there is none. */
export default function NotFound() {
  return (
    <>
      <SiteHeader />
      <main id="content" tabIndex={-1} className="flex flex-1 flex-col">
        <NothingHere wayOut={{ href: paths.home, label: 'To the start page' }} />
      </main>
    </>
  );
}
