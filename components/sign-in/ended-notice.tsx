import type { ReactNode } from 'react';

const words = {
  expired: 'Your session ran out. Sign in to go on where you were.',
  ended_elsewhere: 'This session was ended from another device. If that was you, just sign in again.',
  password_changed: 'Your password was changed, so every device has to sign in again.',
  email_changed: 'The email address of your account was changed, so every device has to sign in again.',
  factor_changed: 'How you sign in was changed, so every other device has to sign in again.',
  provider_signed_out: 'You signed out at the service that you had signed in with, so this app signed you out as well.',
  identity_removed:
    'The service that this device signed in with was disconnected from your account. Sign in another way.',
  account_closed: 'The deletion of this account was asked for, so every device was signed out. Signing in keeps it.',
  copied:
    'We signed you out because a copy of your session was used somewhere else. Sign in, then look at your activity to see what happened.',
  safety: 'We ended all sessions to be on the safe side. Please sign in again.',
} as const;

/** Tells somebody who comes back why they are not signed in any more, and nothing that a thief could use. */
export function EndedNotice({ because }: { because: keyof typeof words }): ReactNode {
  const isSerious = because === 'copied';
  return (
    <p
      role="note"
      className={`mb-6 rounded-md px-3 py-2.5 text-sm ${isSerious ? 'bg-danger-soft text-danger' : 'bg-warn-soft text-warn'}`}
    >
      {words[because]}
    </p>
  );
}
