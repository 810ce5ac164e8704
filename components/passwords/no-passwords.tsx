import { AuthPage } from '#components/shell/auth-page.tsx';
import { paths } from '#lib/core/routes.ts';

/** Stands in for a page about passwords where nobody signs in with one. */
export function NoPasswords({ hasPasskeys }: { hasPasskeys: boolean }) {
  return (
    <AuthPage
      title="No password is needed"
      lead={`Nobody signs in with a password here. A service that you have an account with signs you in${hasPasskeys ? ', or a passkey' : ''}.`}
    >
      <a href={paths.login} className="link">
        Sign in
      </a>
    </AuthPage>
  );
}
