import type { ReactNode } from 'react';
import { SiteHeader } from './site-header.tsx';

interface AuthPageProps {
  title: string;
  /** Leads those who came to the wrong page to the right one. */
  lead: ReactNode;
  children: ReactNode;
}

/** Shows a form for people who are not signed in, in one centred column under the logo and the page's title. */
export function AuthPage({ title, lead, children }: AuthPageProps) {
  return (
    <>
      <SiteHeader />
      <main id="content" tabIndex={-1} className="mx-auto w-full max-w-sm flex-1 px-4 pt-8 pb-12 sm:px-0 sm:pt-[10vh]">
        <h1 className="text-2xl font-semibold">{title}</h1>
        <p className="mt-2 mb-8 text-muted">{lead}</p>
        {children}
        <noscript>
          <p className="mt-6 rounded-md bg-warn-soft px-3 py-2.5 text-sm text-warn">
            This form needs JavaScript: it keeps your access token out of reach in the page's memory. Turn it on and
            reload.
          </p>
        </noscript>
      </main>
    </>
  );
}
