import type { ReactNode } from 'react';
import { AuthHeading } from './auth-heading.tsx';
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
    <AuthColumn>
      <AuthHeading title={title} lead={lead} />
      {children}
    </AuthColumn>
  );
}

/** Shows the column of such a page, for contents that bring their own title. */
export function AuthColumn({ children }: { children: ReactNode }) {
  return (
    <>
      <SiteHeader />
      <main id="content" tabIndex={-1} className="mx-auto w-full max-w-sm flex-1 px-4 pt-8 pb-12 sm:px-0 sm:pt-[10vh]">
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
