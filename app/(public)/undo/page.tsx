import type { Metadata } from 'next';
import { UndoForm } from '#components/accounts/undo-form.tsx';
import { AuthPage } from '#components/shell/auth-page.tsx';
import { isMailOn } from '#lib/core/settings.ts';
import { serverEnv } from '#lib/server/runtime/env.ts';

export const metadata: Metadata = { title: 'Take your address back' };

export default function UndoPage() {
  const env = serverEnv();
  const takesPasswords = env.PASSWORD_SIGN_IN === 'on';
  return (
    <AuthPage
      title="Take your address back"
      lead={`Somebody changed the email address of your account. The link that led you here brings back the one it had. Every device is signed out then${takesPasswords ? ', and the password is void' : ''}.`}
    >
      <UndoForm newPassword={takesPasswords ? (isMailOn(env) ? 'mail' : 'operator') : null} />
    </AuthPage>
  );
}
