/** Describes the file in which a person takes along all that is kept about them. */
import { z } from 'zod';
import { activityEvent, eventTypes } from '#lib/core/activity/contract.ts';
import { mailKinds } from '#lib/core/mail/kinds.ts';
import { sessionInfo } from '#lib/core/sessions/contract.ts';
import { task } from '#lib/core/tasks/contract.ts'; // tasks

/** The account. `deletes_at` is the time at which it is deleted unless its owner signs in before; null if it stays. */
export const exportedAccount = z.strictObject({
  id: z.string(),
  email: z.string(),
  email_verified_at: z.string().nullable(),
  name: z.string().nullable(),
  created_at: z.string(),
  deletes_at: z.string().nullable(),
});
export type ExportedAccount = z.infer<typeof exportedAccount>;

/** A session. Those that are over are kept for a while, with the time and the reason of their end. */
export const exportedSession = z.strictObject({
  ...sessionInfo.omit({ current: true }).shape,
  ended_at: z.string().nullable(),
  end_reason: z.string().nullable(),
});
export type ExportedSession = z.infer<typeof exportedSession>;

/**
 * Something that the person shows beside the password, or is spared by: an authenticator app, a passkey by its `name`, the recovery
 * codes that are `left`, a trusted device, or an identity at the provider `name`, with the address that it had when it was connected.
 * Never a secret or a key.
 */
export const exportedFactor = z.strictObject({
  kind: z.enum(['totp', 'passkey', 'recovery_codes', 'trusted_device', 'identity']),
  created_at: z.string(),
  last_used_at: z.string().nullable().optional(),
  name: z.string().optional(),
  email: z.string().nullable().optional(),
  left: z.number().optional(),
  user_agent: z.string().nullable().optional(),
  ip: z.string().nullable().optional(),
});
export type ExportedFactor = z.infer<typeof exportedFactor>;

/** A mail: which one, and when. `event` is what a notice tells of. */
export const exportedMail = z.strictObject({
  kind: z.enum(mailKinds),
  event: z.enum(eventTypes).nullable(),
  at: z.string(),
});
export type ExportedMail = z.infer<typeof exportedMail>;

/** The whole file. Every list is complete. */
export const personExport = z.strictObject({
  account: exportedAccount,
  tasks: z.array(z.strictObject(task.shape)), // tasks
  sessions: z.array(exportedSession),
  activity: z.array(z.strictObject(activityEvent.shape)),
  factors: z.array(exportedFactor),
  mails: z.array(exportedMail),
});
