'use client';

import { usePathname } from 'next/navigation';
import { ListTodo } from '#components/tasks/icons.tsx'; // tasks
import { MonitorSmartphone, Person } from '#components/ui/icons.tsx';
import { AppLink } from '#components/ui/link.tsx';
import { paths } from '#lib/core/routes.ts';

const places = [
  { href: paths.tasks, label: 'Tasks', Icon: ListTodo }, // tasks
  { href: paths.account, label: 'Account', Icon: Person },
  { href: paths.sessions, label: 'Sessions', Icon: MonitorSmartphone },
] as const;

/** Finds the place that a page belongs to: the one whose address is the longest beginning of the page's path. */
function placeOf(path: string): string | undefined {
  return places
    .map(({ href }) => href)
    .filter((href) => path === href || path.startsWith(`${href}/`))
    .sort((a, b) => b.length - a.length)[0];
}

/** Leads to the main pages and marks the one that is open. On a phone it stands at the bottom, within reach of the thumb. */
export function Navigation() {
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
          <span>{label}</span>
        </AppLink>
      ))}
    </nav>
  );
}
