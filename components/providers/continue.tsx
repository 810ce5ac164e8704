'use client';

import { lazy, Suspense, useState } from 'react';
import { AuthHeading } from '#components/shell/auth-heading.tsx';
import { Button } from '#components/ui/button.tsx';
import { FormAlert } from '#components/ui/form.tsx';
import type { Problem } from '#components/ui/problem.ts';
import { type AuthClient, createAuthClient } from '#lib/client/auth-client.ts';
import { completeAtProvider, takeSession } from '#lib/client/providers/complete.ts';
import type { User } from '#lib/core/accounts/user.ts';
import { landing, paths } from '#lib/core/routes.ts';
import type { WaitingStep } from './confirm-step.tsx';
import type { ShownProvider } from './list.tsx';
import type { Meeting } from './meeting.ts';
import { type ReturnedFragment, useReturned } from './returned.ts';
import { failureWords, mayTryAgain } from './words.ts';

const LinkAccount = lazy(() => import('./link-account.tsx'));
const ConfirmStep = lazy(() => import('./confirm-step.tsx'));

interface ContinueProps {
  /** Names the person who is signed in, and may have begun to connect a provider or to confirm who they are; null for nobody. */
  user: User | null;
  providers: ShownProvider[];
  hasPasskeys: boolean;
  /** False where no browser is spared the second step. */
  mayTrust: boolean;
  /** Leads to where a password can be set by mail; null where that is not to be had. */
  forgotHref: string | null;
}

type Shown =
  | { kind: 'working' }
  | { kind: 'failed'; problem: Problem; returned: ReturnedFragment | null }
  | { kind: 'meeting'; meeting: Meeting }
  | { kind: 'step'; step: WaitingStep };

/** Goes on with what a provider sent: signs in, connects, confirms, or says why not. */
export function Continue({ user, providers, ...more }: ContinueProps) {
  const [client] = useState(() => createAuthClient({ user }));
  const [shown, setShown] = useState<Shown>({ kind: 'working' });
  const nameOf = (id: string | undefined) => providers.find((one) => one.id === id)?.name ?? 'that service';

  async function goOn(returned: ReturnedFragment | null): Promise<void> {
    setShown({ kind: 'working' });
    const next = await outcomeOf(client, returned);
    if (next.kind === 'leave') leave(next.to);
    else setShown(next);
  }
  useReturned(goOn);

  if (shown.kind === 'meeting') {
    const { meeting } = shown;
    return (
      <Suspense fallback={<Working />}>
        <LinkAccount
          {...more}
          client={client}
          meeting={meeting}
          name={nameOf(meeting.provider)}
          providers={providers.filter(({ id }) => meeting.methods.includes(`provider:${id}`))}
          onLinked={leave}
          onFailed={(problem) =>
            setShown({ kind: 'failed', problem, returned: { provider: meeting.provider, body: null } })
          }
        />
      </Suspense>
    );
  }
  if (shown.kind === 'step')
    return (
      <Suspense fallback={<Working />}>
        <ConfirmStep client={client} step={shown.step} hasPasskeys={more.hasPasskeys} onDone={leave} />
      </Suspense>
    );
  if (shown.kind === 'working') return <Working />;
  const { problem, returned } = shown;
  return (
    <>
      <h1 className="mb-6 text-2xl font-semibold">That did not work</h1>
      <FormAlert>{failureWords(problem, nameOf(returned?.provider))}</FormAlert>
      <div className="mt-4 flex flex-wrap items-center gap-4">
        {mayTryAgain(problem) && returned && (
          <Button look="secondary" size="small" onClick={() => goOn(returned)}>
            Try again
          </Button>
        )}
        <Back isSignedIn={client.state().status === 'signed-in'} />
      </div>
    </>
  );
}

function Working() {
  return <AuthHeading title="One moment" lead={<span role="status">Signing you in</span>} />;
}

/** Leaves for where it was to lead, or to where people land: the answer that says so may have been lost, and is kept nowhere. */
function leave(to: string | null): void {
  location.replace(to ?? landing);
}

function Back({ isSignedIn }: { isSignedIn: boolean }) {
  return isSignedIn ? (
    <a href={paths.account} className="link">
      Back to your account
    </a>
  ) : (
    <a href={paths.login} className="link">
      Back to sign in
    </a>
  );
}

async function outcomeOf(
  client: AuthClient,
  returned: ReturnedFragment | null,
): Promise<Exclude<Shown, { kind: 'working' }> | { kind: 'leave'; to: string | null }> {
  if (returned === null) {
    // Loaded again: what was sent is gone, and may have done its work.
    if (await takeSession(client)) return { kind: 'leave', to: null };
    return { kind: 'failed', problem: { code: 'lost', description: '' }, returned };
  }
  const { provider, body } = returned;
  if (body === null) return { kind: 'failed', problem: { code: 'provider_error', description: '' }, returned };
  const result = await completeAtProvider(client, provider, body);
  if (result.ok) return { kind: 'leave', to: result.value };
  const { code, email, methods, secondStep } = result.error;
  if (code === 'second_step_required') {
    const { id, factors = [], intent } = secondStep ?? {};
    if (intent === 'confirm' && id !== undefined) return { kind: 'step', step: { id, factors } };
    return { kind: 'leave', to: `${paths.login}?step=code` };
  }
  if (code !== 'link_required' || email === undefined) return { kind: 'failed', problem: result.error, returned };
  return { kind: 'meeting', meeting: { provider, state: body.state, email, methods: methods ?? [] } };
}
