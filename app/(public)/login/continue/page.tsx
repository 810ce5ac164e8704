import type { Metadata } from 'next';
import { Continue } from '#components/providers/continue.tsx';
import { shownProviders } from '#components/providers/list.tsx';
import { AuthColumn } from '#components/shell/auth-page.tsx';
import { relyingPartyId } from '#lib/core/passkeys/relying-party.ts';
import { paths } from '#lib/core/routes.ts';
import { isMailOn } from '#lib/core/settings.ts';
import { getUser } from '#lib/server/http/current-user.ts';
import { container } from '#lib/server/runtime/container.ts';

export const metadata: Metadata = { title: 'Signing you in' };

/** Goes on with what a provider sent in the fragment, which the server never sees. */
export default async function ContinuePage() {
  const { env } = container();
  const signedIn = await getUser();
  return (
    <AuthColumn>
      <Continue
        user={signedIn && { id: signedIn.user.id, email: signedIn.user.email, name: signedIn.user.name }}
        providers={shownProviders(env.OIDC_PROVIDERS)}
        hasPasskeys={relyingPartyId(env) !== null}
        mayTrust={env.TRUSTED_DEVICE_DAYS > 0}
        forgotHref={env.PASSWORD_SIGN_IN === 'on' && isMailOn(env) ? paths.forgot : null}
      />
    </AuthColumn>
  );
}
