import type { Metadata } from 'next';
import { ForgotForm } from '#components/passwords/forgot-form.tsx';
import { NoPasswords } from '#components/passwords/no-passwords.tsx';
import { AuthPage } from '#components/shell/auth-page.tsx';
import { relyingPartyId } from '#lib/core/passkeys/relying-party.ts';
import { paths } from '#lib/core/routes.ts';
import { hasOutboxPage, isMailOn } from '#lib/core/settings.ts';
import { serverEnv } from '#lib/server/runtime/env.ts';

export const metadata: Metadata = { title: 'Forgot your password?' };

export default function ForgotPage() {
  const env = serverEnv();
  if (env.PASSWORD_SIGN_IN === 'off') return <NoPasswords hasPasskeys={relyingPartyId(env) !== null} />;
  const isOn = isMailOn(env);
  return (
    <AuthPage
      title="Forgot your password?"
      lead={
        <>
          <span>
            {isOn
              ? 'We mail you a link to set a new one. Do you remember it after all?'
              : 'This app sends no mail. Ask whoever runs it for a link to set a new one. Do you remember it after all?'}
          </span>{' '}
          <a href={paths.login} className="link">
            Sign in
          </a>
        </>
      }
    >
      {isOn && <ForgotForm outboxHref={hasOutboxPage(env) ? paths.outbox : null} />}
    </AuthPage>
  );
}
