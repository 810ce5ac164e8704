'use client';

import { usePathname } from 'next/navigation';
import { AppLink } from '#components/ui/app-link.tsx';
import { paths } from '#lib/core/routes.ts';
import { ListTodo, MonitorSmartphone, Person } from './frame-icons.tsx';

const places = [
  { href: paths.tasks, label: 'Tasks', Icon: ListTodo },
  { href: paths.account, label: 'Account', Icon: Person },
  { href: paths.sessions, label: 'Sessions', Icon: MonitorSmartphone },
] as const;

/** The place whose address is the longest beginning of this one. */
function placeOf(path: string): string | undefined {
  return places
    .map(({ href }) => href)
    .filter((href) => path === href || path.startsWith(`${href}/`))
    .sort((a, b) => b.length - a.length)[0];
}

export function FrameNav() {
  const path = usePathname();
  const here = placeOf(path);
  return (
    <nav
      aria-label="Main"
      data-bottom-nav
      className="fixed inset-x-0 bottom-0 z-10 flex border-t bg-raised px-2 pb-[env(safe-area-inset-bottom)] sm:static sm:mr-auto sm:gap-1 sm:border-0 sm:p-0"
    >
      {places.map(({ href, label, Icon }) => (
        <AppLink
          key={href}
          href={href}
          aria-current={here !== href ? undefined : path === href ? 'page' : 'true'}
          className="flex min-h-15 flex-1 flex-col items-center justify-center gap-1 rounded-md text-xs text-muted transition-colors hover:text-ink aria-[current]:font-medium aria-[current]:text-accent sm:min-h-9 sm:flex-none sm:flex-row sm:gap-2 sm:px-3 sm:text-sm sm:aria-[current]:bg-accent-soft"
        >
          <Icon size={20} className="sm:hidden" />
          {label}
        </AppLink>
      ))}
    </nav>
  );
}
