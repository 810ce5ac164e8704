/** Lists the kinds of mails, and the security events that a person is told of by mail. */
import type { EventType } from '#lib/core/activity/contract.ts';

export const mailKinds = [
  'sign_up_code',
  'sign_up_taken',
  'password_reset',
  'email_code',
  'email_taken',
  'email_asked',
  'email_undo',
  'notice',
] as const;
export type MailKind = (typeof mailKinds)[number];

/** Decides whether mails of a kind bring a link or a code, and so end with it. */
export function bringsSecret(kind: MailKind): boolean {
  return kind === 'sign_up_code' || kind === 'password_reset' || kind === 'email_code' || kind === 'email_undo';
}

/**
 * Events whose mail nobody can switch off. A sign-in is told of only if the device is new to the account, wrong codes after the
 * right password once there are five in an hour.
 */
export const noticedEvents = [
  'signed_in',
  'password_changed',
  'password_reset',
  'email_changed',
  'email_change_undone',
  'second_step_failed',
  'second_step_abandoned',
  'two_step_on',
  'two_step_off',
  'totp_added',
  'totp_removed',
  'passkey_added',
  'passkey_removed',
  'passkey_refused',
  'recovery_code_used',
  'recovery_codes_made',
  'factors_reset',
  'identity_linked',
  'identity_unlinked',
  'link_refused',
  'password_added',
  'account_closing',
  'account_kept',
  'account_deleted',
  'refresh_reuse',
] as const;
export type NoticedEvent = (typeof noticedEvents)[number];

export function isNoticed(type: EventType): type is NoticedEvent {
  return noticedEvents.some((noticed) => noticed === type);
}
