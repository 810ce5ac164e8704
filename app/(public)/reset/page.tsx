import type { Metadata } from 'next';
import { NoPasswords } from '#components/passwords/no-passwords.tsx';
import { ResetForm } from '#components/passwords/reset-form.tsx';
import { AuthPage } from '#components/shell/auth-page.tsx';
import { relyingPartyId } from '#lib/core/passkeys/relying-party.ts';
import { paths } from '#lib/core/routes.ts';
import { isMailOn } from '#lib/core/settings.ts';
import { serverEnv } from '#lib/server/runtime/env.ts';

export const metadata: Metadata = { title: 'Set a new password' };

export default function ResetPage() {
  const env = serverEnv();
  if (env.PASSWORD_SIGN_IN === 'off') return <NoPasswords hasPasskeys={relyingPartyId(env) !== null} />;
  return (
    <AuthPage
      title="Set a new password"
      lead={
        <>
          The link that led you here works once. Do you remember your password after all?{' '}
          <a href={paths.login} className="link">
            Sign in
          </a>
        </>
      }
    >
      <ResetForm minLength={env.PASSWORD_MIN_LENGTH} forgotHref={isMailOn(env) ? paths.forgot : null} />
    </AuthPage>
  );
}
