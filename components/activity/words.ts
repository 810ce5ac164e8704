import { throwAwayWords } from '#components/demo/activity-words.ts'; // demo
import type { ActivityEvent, EventType } from '#lib/core/activity/contract.ts';
import { operatorAgent } from '#lib/core/requester.ts';

export interface Entry {
  event: ActivityEvent;
  /** Counts how many of the same kind came in a row. */
  count: number;
  title: string;
  /** Says what the event means and what to do, where that is not plain. */
  advice: string | null;
  isSerious: boolean;
}

/** Number of failed sign-ins in a row that no longer pass for a typing mistake. */
const manyFailures = 3;

const titles: Record<EventType, string> = {
  signed_up: 'You created this account',
  signed_in: 'You signed in',
  sign_in_failed: 'Someone entered a wrong password',
  signed_out: 'You signed out',
  signed_out_everywhere: 'You signed out on other devices',
  session_ended: 'You ended the session of a device',
  password_changed: 'You changed your password',
  password_reset_asked: 'Someone asked for a link to set a new password',
  password_reset: 'A new password was set by a link',
  step_up_failed: 'Someone signed in as you could not confirm that they are you',
  email_verified: 'You confirmed your email address',
  email_change_asked: 'You asked to change your email address',
  email_changed: 'You changed your email address',
  email_change_undone: 'Your earlier email address was taken back',
  second_step_failed: 'Someone took the first step of signing in, or had a link mailed to you, and failed the second',
  second_step_abandoned: 'Someone took the first step of signing in, and did not finish the second',
  two_step_on: 'You turned two-step sign-in on',
  two_step_off: 'You turned two-step sign-in off',
  totp_added: 'You set up an authenticator app',
  totp_removed: 'You removed the authenticator app',
  recovery_code_used: 'A recovery code was used',
  recovery_codes_made: 'You made new recovery codes',
  passkey_added: 'You added a passkey',
  passkey_removed: 'You removed a passkey',
  passkey_refused: 'A passkey was refused: it may be a copy',
  device_trusted: 'You asked not to be asked again on a device',
  device_forgotten: 'You took that back for a device',
  factors_reset: 'Two-step sign-in was reset',
  identity_linked: 'Another way to sign in was connected',
  identity_unlinked: 'You disconnected a way to sign in',
  link_refused: 'Someone with your email address at another service was not let in',
  password_added: 'You set a password',
  signed_out_by_provider: 'The service that you signed in with signed you out',
  data_exported: 'You downloaded your data',
  account_closing: 'You asked to delete this account',
  account_kept: 'You signed in, and so kept this account',
  account_deleted: 'This account was deleted',
  refresh_replaced: 'A device did not get our answer and asked again',
  refresh_reuse: 'We signed a device out: a copy of its session was used',
  refresh_rollback: 'We signed a device out, to be safe',
  limit_reached: 'Too many password tries: we made them wait',
};

const advice: Partial<Record<EventType, string>> = {
  password_reset_asked:
    'The link went to your email address. If you did not ask for it, there is nothing for you to do.',
  step_up_failed:
    'Some changes ask again who you are. If these tries were not yours, somebody else uses a session of yours: end it under Sessions.',
  second_step_abandoned:
    'They did not get in. If that was not you, somebody knows your password, or uses your account at a service that you sign in with: set a new password there, and use it nowhere else.',
  passkey_refused: 'Nobody got in with it. If you used it yourself, remove it under Security, and add it again.',
  email_change_undone: 'Every device was signed out, and the password of that time became void.',
  refresh_replaced: 'This happens on a bad connection. There is nothing for you to do.',
  limit_reached:
    'You stay signed in where you are. If the tries were not yours, make sure that your password is long and used nowhere else.',
  refresh_reuse:
    'Someone may have copied your session from that device. Neither they nor the device can use it any more. Check the device for software you don’t know, then change your password.',
  refresh_rollback:
    'Our records had gone back in time, so we could not tell which sign-in was the newest. Nothing for you to do but sign in again.',
};

const operatorTitles: Partial<Record<EventType, string>> = {
  signed_up: 'An operator made this account',
  session_ended: 'An operator ended the session of a device',
  signed_out_everywhere: 'An operator signed you out on all devices',
  password_reset: 'An operator set a new password',
  email_verified: 'An operator marked your email address as verified',
  email_changed: 'An operator changed your email address',
  account_closing: 'An operator asked to delete this account',
  data_exported: 'An operator took out a copy of your data',
  factors_reset: 'An operator reset two-step sign-in',
  account_deleted: 'An operator deleted this account',
};

interface MarkedWords {
  /** Replaces the titles above where it has one. */
  titles?: Partial<Record<EventType, string>>;
  /** Replaces all advice above. */
  advice?: Partial<Record<EventType, string>>;
  /** Keeps the event from being shown as serious. */
  isHarmless?: boolean;
}

/** Rewords events that were not the person's own doing: each carries a mark in place of a user agent. */
const marked: ReadonlyMap<string | null, MarkedWords> = new Map<string | null, MarkedWords>([
  [operatorAgent, { titles: operatorTitles }],
  throwAwayWords, // demo
]);

/** A provider as people know it. */
export interface NamedProvider {
  id: string;
  name: string;
}

/** Puts security events into words. Failed sign-ins in a row become one entry. A provider without a name is called by its id. */
export function entriesOf(events: readonly ActivityEvent[], providers: readonly NamedProvider[] = []): Entry[] {
  const entries: Entry[] = [];
  for (const event of events) {
    const last = entries.at(-1);
    if (event.type === 'sign_in_failed' && last?.event.type === event.type)
      entries[entries.length - 1] = entryOf(last.event, last.count + 1, providers);
    else entries.push(entryOf(event, 1, providers));
  }
  return entries;
}

function entryOf(event: ActivityEvent, count: number, providers: readonly NamedProvider[]): Entry {
  const isMany = event.type === 'sign_in_failed' && count >= manyFailures;
  const other = marked.get(event.by === 'operator' ? operatorAgent : event.user_agent) ?? {};
  return {
    event,
    count,
    title:
      count > 1
        ? `Someone entered a wrong password ${count} times`
        : (other.titles?.[event.type] ?? titles[event.type] + withMethod(event, providers)),
    advice: isMany
      ? 'They did not get in. If that was not you, make sure that your password is long and used nowhere else.'
      : ((other.advice ?? advice)[event.type] ?? null),
    isSerious: isMany || (event.type === 'refresh_reuse' && !other.isHarmless),
  };
}

/** Says with which method somebody signed in or up; empty where that is not known, and for other events. */
function withMethod({ type, method }: ActivityEvent, providers: readonly NamedProvider[]): string {
  if ((type !== 'signed_in' && type !== 'signed_up') || method === null) return '';
  if (method === 'password' || method === 'passkey') return ` with a ${method}`;
  const id = method.replace(/^provider:/, '');
  return ` with ${providers.find((one) => one.id === id)?.name ?? id}`;
}
