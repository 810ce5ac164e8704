import {
  Check,
  Copy,
  Key,
  LogIn,
  LogOut,
  MonitorOff,
  Person,
  RotateCcw,
  ShieldAlert,
  Smartphone,
  UserPlus,
  X,
} from '#components/ui/icons.tsx';
import { AppLink } from '#components/ui/link.tsx';
import { Moment } from '#components/ui/time.tsx';
import type { ActivityEvent, EventType } from '#lib/core/activity/contract.ts';
import { paths } from '#lib/core/routes.ts';
import { deviceOf } from '#lib/core/sessions/device.ts';
import { type Entry, entriesOf, type NamedProvider } from './words.ts';

const icons: Record<EventType, typeof LogIn> = {
  signed_up: UserPlus,
  signed_in: LogIn,
  sign_in_failed: X,
  signed_out: LogOut,
  signed_out_everywhere: MonitorOff,
  session_ended: MonitorOff,
  password_changed: Key,
  password_reset_asked: Key,
  password_reset: Key,
  step_up_failed: X,
  email_verified: Check,
  email_change_asked: Person,
  email_changed: Person,
  email_change_undone: ShieldAlert,
  second_step_failed: ShieldAlert,
  second_step_abandoned: ShieldAlert,
  two_step_on: Check,
  two_step_off: X,
  totp_added: Smartphone,
  totp_removed: X,
  recovery_code_used: Key,
  recovery_codes_made: Key,
  passkey_added: Key,
  passkey_removed: X,
  passkey_refused: ShieldAlert,
  device_trusted: Check,
  device_forgotten: X,
  factors_reset: ShieldAlert,
  identity_linked: Check,
  identity_unlinked: X,
  link_refused: ShieldAlert,
  password_added: Key,
  signed_out_by_provider: LogOut,
  data_exported: Copy,
  account_closing: X,
  account_kept: Check,
  account_deleted: X,
  refresh_replaced: RotateCcw,
  refresh_reuse: ShieldAlert,
  refresh_rollback: RotateCcw,
  limit_reached: X,
};

interface ActivityTimelineProps {
  events: ActivityEvent[];
  /** Id of the session that looks at the page. Its events are marked as this device's. */
  sessionId: string;
  /** Providers that are set up, for their names. */
  providers: readonly NamedProvider[];
}

/** Lists what happened to the account, the newest first. Serious events stand out and say what to do. */
export function ActivityTimeline({ events, sessionId, providers }: ActivityTimelineProps) {
  if (events.length === 0)
    return <p className="rounded-md border border-dashed p-8 text-center text-muted">Nothing has happened yet.</p>;
  return (
    <ol className="relative before:absolute before:inset-y-4 before:left-[1.1875rem] before:border-l">
      {entriesOf(events, providers).map((entry) => (
        <TimelineEntry key={entry.event.id} entry={entry} isHere={entry.event.session_id === sessionId} />
      ))}
    </ol>
  );
}

function TimelineEntry({ entry, isHere }: { entry: Entry; isHere: boolean }) {
  const { event, title, advice, isSerious } = entry;
  const Icon = icons[event.type];
  return (
    <li className="relative flex gap-4 pb-6 last:pb-0">
      <span
        className={`grid size-10 shrink-0 place-items-center rounded-full border ${isSerious ? 'border-danger bg-danger-soft text-danger' : 'bg-raised text-muted'}`}
      >
        <Icon size={16} />
      </span>
      <div className={`min-w-0 flex-1 ${isSerious ? 'rounded-md bg-danger-soft px-4 py-3' : 'pt-2'}`}>
        <h2 className={`font-medium ${isSerious ? 'text-danger' : ''}`}>{title}</h2>
        {advice && <p className="mt-1 text-sm">{advice}</p>}
        {isSerious && (
          <p className="mt-2 text-sm font-medium">
            <AppLink href={paths.security} className="link">
              Change your password
            </AppLink>
          </p>
        )}
        <p className={`text-xs ${isSerious ? 'mt-3' : 'mt-0.5 text-muted'}`}>
          <Moment at={event.at} />
          <span className="block sm:inline sm:before:content-['_·_']">
            <span>{isHere ? 'This device' : deviceOf(event.user_agent).name}</span>
            {event.ip && (
              <span>
                , <span className="font-mono">{event.ip}</span>
              </span>
            )}
          </span>
        </p>
      </div>
    </li>
  );
}
