'use client';

import { announceSignOut } from '#components/sessions/sign-out.tsx';
import { Button } from '#components/ui/button.tsx';
import type { Outcome } from '#components/ui/form.tsx';
import type { AuthClient } from '#lib/client/auth-client.ts';
import { startAtProvider } from '#lib/client/providers/start.ts';
import { paths } from '#lib/core/routes.ts';

export interface NamedProvider {
  id: string;
  name: string;
}

const here = () => location.pathname + location.search + location.hash;

interface ElsewhereProps {
  client: AuthClient;
  providers: readonly NamedProvider[];
  /** True if nothing but a new sign-in is left to those whose provider does not say when they showed who they are. */
  hasSignIn: boolean;
  attempt: (work: () => Promise<Outcome>) => Promise<void>;
  isBusy: boolean;
}

/** Offers to confirm at a provider, or by signing in again. Both leave the page, and lead back to it. */
export function ConfirmElsewhere({ client, providers, hasSignIn, attempt, isBusy }: ElsewhereProps) {
  if (providers.length === 0 && !hasSignIn) return null;

  async function confirm(id: string): Promise<Outcome> {
    const begun = await startAtProvider(client, id, { intent: 'confirm', next: here() });
    if (!begun.ok) return begun.error;
    location.assign(begun.value);
    return 'leaving';
  }

  async function signInAgain(): Promise<Outcome> {
    announceSignOut();
    const result = await client.signOut();
    if (!result.ok) return result.error;
    // The page makes sure that it is a path of this app.
    location.replace(`${paths.login}?next=${encodeURIComponent(here())}`);
    return 'leaving';
  }

  return (
    <div className="mb-1 grid gap-2">
      <p className="text-sm text-muted">This leaves the page, and leads back to it. Then do it once more.</p>
      {providers.map(({ id, name }) => (
        <Button
          key={id}
          look="secondary"
          className="w-full whitespace-normal wrap-anywhere"
          isBusy={isBusy}
          onClick={() => void attempt(() => confirm(id))}
        >
          {`Confirm with ${name}`}
        </Button>
      ))}
      {hasSignIn && (
        <Button look="secondary" className="w-full" isBusy={isBusy} onClick={() => void attempt(signInAgain)}>
          Sign in again
        </Button>
      )}
    </div>
  );
}
