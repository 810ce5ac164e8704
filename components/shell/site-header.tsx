import { Logo } from '#components/ui/logo.tsx';
import { paths } from '#lib/core/routes.ts';

/** Shows the logo over a page for everyone. It leads to the start page. */
export function SiteHeader() {
  return (
    <header className="mx-auto w-full max-w-6xl px-4 py-4 sm:px-6">
      <a href={paths.home} className="-m-2 inline-flex rounded-md p-2">
        <Logo />
      </a>
    </header>
  );
}
