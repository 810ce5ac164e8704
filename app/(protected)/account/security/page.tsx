import type { Metadata } from 'next';
import { PasskeysSection } from '#components/passkeys/section.tsx';
import { ChangePasswordForm } from '#components/passwords/change-form.tsx';
import { SetPasswordForm } from '#components/passwords/set-form.tsx';
import { RecoverySection } from '#components/second-factors/recovery-codes.tsx';
import { TrustedDevicesSection } from '#components/second-factors/trusted-devices.tsx';
import { TwoStepSection } from '#components/second-factors/two-step.tsx';
import { BackLink, PageHeading } from '#components/ui/page-heading.tsx';
import { relyingPartyId } from '#lib/core/passkeys/relying-party.ts';
import { paths } from '#lib/core/routes.ts';
import { requireUser } from '#lib/server/http/current-user.ts';
import { listIdentities } from '#lib/server/identities/manage.ts';
import { container } from '#lib/server/runtime/container.ts';
import { showFactors } from '#lib/server/second-factors/state.ts';

export const metadata: Metadata = { title: 'Security' };

export default async function SecurityPage() {
  const { user } = await requireUser();
  const deps = container();
  const { env, clock } = deps;
  const factors = await showFactors(deps, user.id);
  const { has_password: hasPassword } = await listIdentities(deps, user.id);
  const now = clock().toISOString();
  return (
    <>
      <BackLink href={paths.account}>Back</BackLink>
      <PageHeading title="Security" lead="How you show that it is you." />
      {env.PASSWORD_SIGN_IN === 'on' && (
        <section>
          <h2 className="text-lg font-semibold">Password</h2>
          <p className="mt-1 mb-6 text-sm text-muted">
            {hasPassword
              ? 'Every other device is signed out when you change it. This one stays signed in.'
              : 'You have none. Every other device is signed out when you set one. This one stays signed in.'}
          </p>
          {hasPassword ? (
            <ChangePasswordForm email={user.email} minLength={env.PASSWORD_MIN_LENGTH} />
          ) : (
            <SetPasswordForm email={user.email} minLength={env.PASSWORD_MIN_LENGTH} />
          )}
        </section>
      )}
      <TwoStepSection two_step={factors.two_step} totp={factors.totp} hasPasskey={factors.passkeys.length > 0} />
      {relyingPartyId(env) !== null && <PasskeysSection passkeys={factors.passkeys} now={now} />}
      <RecoverySection two_step={factors.two_step} recovery_codes={factors.recovery_codes} />
      <TrustedDevicesSection devices={factors.trusted_devices} now={now} />
    </>
  );
}
