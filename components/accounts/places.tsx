import { demoPlace } from '#components/demo/links.tsx'; // demo
import { Activity, Key, MonitorSmartphone } from '#components/ui/icons.tsx';
import { AppLink } from '#components/ui/link.tsx';
import { paths } from '#lib/core/routes.ts';

const places = [
  { href: paths.security, label: 'Security', Icon: Key, text: 'How you sign in, and how you show that it is you.' },
  {
    href: paths.sessions,
    label: 'Sessions',
    Icon: MonitorSmartphone,
    text: 'The devices that are signed in. Sign any of them out.',
  },
  { href: paths.activity, label: 'Activity', Icon: Activity, text: 'What happened, when and from where.' },
  demoPlace, // demo
] as const;

/** Links to the account's other pages, each by a card that says what is there. */
export function Places() {
  return (
    <div className="mt-3 grid gap-3 sm:grid-cols-2">
      {places.map(({ href, label, Icon, text }) => (
        <div
          key={href}
          className="relative flex gap-3 rounded-md border bg-raised p-5 transition-colors hover:border-line-strong sm:odd:last:col-span-2"
        >
          <span className="mt-0.5 text-accent">
            <Icon size={20} />
          </span>
          <div>
            <AppLink href={href} className="font-medium after:absolute after:inset-0 after:rounded-md">
              {label}
            </AppLink>
            <p className="text-sm text-muted">{text}</p>
          </div>
        </div>
      ))}
    </div>
  );
}
