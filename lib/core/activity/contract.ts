/** Declares the request and answer of the Activity list: the user's own security events. */
import { z } from 'zod';
import { pageOf, queryNumber, routeContract } from '#lib/core/route-contract.ts';
import { api } from '#lib/core/routes.ts';

/** Every type of security event. `components/activity/words.ts` has the words that people see. */
export const eventTypes = [
  'signed_up',
  'signed_in',
  'sign_in_failed',
  'signed_out',
  'signed_out_everywhere',
  'session_ended',
  'password_changed',
  'password_reset_asked',
  'password_reset',
  'step_up_failed',
  'email_verified',
  'email_change_asked',
  'email_changed',
  'email_change_undone',
  'second_step_failed',
  'second_step_abandoned',
  'two_step_on',
  'two_step_off',
  'totp_added',
  'totp_removed',
  'recovery_code_used',
  'recovery_codes_made',
  'passkey_added',
  'passkey_removed',
  'passkey_refused',
  'device_trusted',
  'device_forgotten',
  'factors_reset',
  'identity_linked',
  'identity_unlinked',
  'link_refused',
  'password_added',
  'signed_out_by_provider',
  'data_exported',
  'account_closing',
  'account_kept',
  'account_deleted',
  'refresh_replaced',
  'refresh_reuse',
  'refresh_rollback',
  'limit_reached',
] as const;

/** Names whoever causes a security event: `stranger` is anybody who has not shown who they are. */
export const eventActors = ['self', 'operator', 'provider', 'stranger'] as const;

export const activityEvent = z.object({
  id: z.string(),
  type: z.enum(eventTypes),
  at: z.string(),
  session_id: z.string().nullable(),
  user_agent: z.string().nullable(),
  ip: z.string().nullable(),
  /** Method of a sign-in or a sign-up, tried or done: `password`, `passkey`, or `provider:` and its id. Null for other events. */
  method: z.string().nullable(),
  /** Null for events that are older than the field. */
  by: z.enum(eventActors).nullable(),
});
export type ActivityEvent = z.infer<typeof activityEvent>;
export type EventType = ActivityEvent['type'];
export type EventActor = (typeof eventActors)[number];
export const activityPage = pageOf(activityEvent);
export type ActivityPage = z.infer<typeof activityPage>;

export const activityQuery = z.strictObject({
  page: queryNumber(1, 1, 1_000_000),
  size: queryNumber(20, 1, 100),
});
export type ActivityQuery = z.infer<typeof activityQuery>;

export const activityRoute = routeContract({
  path: api.activity,
  GET: { query: activityQuery, answers: { 200: activityPage } },
});
