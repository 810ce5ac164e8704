import {
  emailChangeSeconds,
  mailKeepDays,
  noticeLifeSeconds,
  passwordResetSeconds,
  signUpSeconds,
  undoSeconds,
} from '#lib/core/policy.ts';
import type { MailKind } from './kinds.ts';

const daySeconds = 24 * 60 * 60;
const lifeSeconds: Record<MailKind, number> = {
  sign_up_code: signUpSeconds,
  sign_up_taken: noticeLifeSeconds,
  password_reset: passwordResetSeconds,
  email_code: emailChangeSeconds,
  email_taken: noticeLifeSeconds,
  email_asked: noticeLifeSeconds,
  email_undo: undoSeconds,
  notice: noticeLifeSeconds,
};

/** Returns the time after which a mail is given up, and the time from which its row may be deleted. */
export function mailTimes(kind: MailKind, at: Date): { expiresAt: Date; purgeAt: Date } {
  const after = (seconds: number) => new Date(at.getTime() + seconds * 1000);
  const expiresAt = after(lifeSeconds[kind]);
  return { expiresAt, purgeAt: kind === 'email_undo' ? purgeTime(expiresAt) : purgeTime(at) };
}

/** Returns the time from which the row of a mail may be deleted that began to wait, or ends waiting, at `at`. */
export function purgeTime(at: Date): Date {
  return new Date(at.getTime() + mailKeepDays.other * daySeconds * 1000);
}
