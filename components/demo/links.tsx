import { Eye } from '#components/ui/icons.tsx';
import { paths } from '#lib/core/routes.ts';

/** Describes the demo page for the account's list of places. */
export const demoPlace = {
  href: paths.demo,
  label: 'Demo',
  Icon: Eye,
  text: 'Watch your own session at work, and rob one that you can spare.',
} as const;

/** Leads from the recorded story on the landing page to the demo page. */
export function WatchYourOwn() {
  return (
    <p className="mt-4 text-sm text-muted">
      This one was recorded.{' '}
      <a href={paths.demo} className="link">
        Watch your own, live
      </a>
    </p>
  );
}
