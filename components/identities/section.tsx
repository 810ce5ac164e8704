'use client';

import { type ReactNode, useRef, useState } from 'react';
import { SetPasswordForm } from '#components/passwords/set-form.tsx';
import { tellProblem } from '#components/second-factors/section.tsx';
import { Button } from '#components/ui/button.tsx';
import { Key } from '#components/ui/icons.tsx';
import { AppLink } from '#components/ui/link.tsx';
import { useHydrated } from '#components/ui/use-hydrated.ts';
import { useOneAtATime } from '#components/ui/use-one-at-a-time.ts';
import { useAuth } from '#lib/client/auth-provider.tsx';
import { startAtProvider } from '#lib/client/providers/start.ts';
import type { Identities } from '#lib/core/identities/contract.ts';
import { paths } from '#lib/core/routes.ts';
import { IdentityCard } from './card.tsx';

interface WaysInSectionProps {
  identities: Identities;
  /** The providers that are set up, in the order of the setting. */
  providers: readonly { id: string; name: string }[];
  passkeyCount: number;
  /** Holds what a password needs to be set; null where passwords are off. */
  passwords: { email: string; minLength: number } | null;
  /** Time on the server's clock when it read them, as an ISO timestamp. */
  now: string;
}

/** Lists the ways in which a person can sign in, and adds and takes away providers. */
export function WaysInSection({ identities, providers, passkeyCount, passwords, now }: WaysInSectionProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { has_password: hasPassword, items } = identities;
  const isConnected = (id: string) => items.some(({ provider }) => provider === id);
  return (
    <section className="mt-10" aria-labelledby="ways-in">
      <h2 id="ways-in" ref={heading} tabIndex={-1} className="text-lg font-semibold">
        Ways to sign in
      </h2>
      <p className="mt-1 mb-4 text-sm text-muted">Keep at least two, in case one is lost.</p>
      <ul className="mb-4 grid gap-3" aria-labelledby="ways-in">
        {passwords && <PasswordWay hasPassword={hasPassword} {...passwords} onSet={() => heading.current?.focus()} />}
        {passkeyCount > 0 && (
          <Way title="Passkeys" about={passkeyCount === 1 ? 'One' : String(passkeyCount)}>
            <AppLink href={paths.security} className="link text-sm">
              See your passkeys
            </AppLink>
          </Way>
        )}
        {items.map((identity) => (
          <IdentityCard
            key={identity.id}
            identity={identity}
            now={now}
            onDisconnected={() => heading.current?.focus()}
          />
        ))}
      </ul>
      {providers.length > 0 && (
        <div className="flex flex-col gap-3 sm:flex-row sm:flex-wrap">
          {providers.map(({ id, name }) => (
            <Connect key={id} id={id} name={name} isAnother={isConnected(id)} />
          ))}
        </div>
      )}
    </section>
  );
}

/** Shows one way to sign in: what it is, what is so about it, and what can be done. */
function Way({ title, about, children }: { title: string; about: ReactNode; children?: ReactNode }) {
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-3 rounded-md border bg-raised p-4">
      <span className="grid size-10 shrink-0 place-items-center self-start rounded-md bg-sunken text-muted">
        <Key size={20} />
      </span>
      <div className="min-w-0 flex-1 basis-48">
        <h3 className="font-medium">{title}</h3>
        <p className="text-xs text-muted">{about}</p>
      </div>
      {children}
    </li>
  );
}

interface PasswordWayProps {
  hasPassword: boolean;
  email: string;
  minLength: number;
  onSet(): void;
}

function PasswordWay({ hasPassword, email, minLength, onSet }: PasswordWayProps) {
  const isHydrated = useHydrated();
  const [isSetting, setSetting] = useState(false);
  const close = () => {
    setSetting(false);
    onSet();
  };
  if (hasPassword)
    return (
      <Way title="Password" about="Set">
        <AppLink href={paths.security} className="link text-sm">
          Change your password
        </AppLink>
      </Way>
    );
  return (
    <Way title="Password" about="None. You sign in without one.">
      {isSetting ? (
        <div className="basis-full">
          <SetPasswordForm email={email} minLength={minLength} hasFocus onDone={close} onCancel={close} />
        </div>
      ) : (
        <Button
          look="secondary"
          size="small"
          className="max-sm:min-h-11 max-sm:w-full"
          disabled={!isHydrated}
          onClick={() => setSetting(true)}
        >
          Set a password
        </Button>
      )}
    </Way>
  );
}

/** Connects an identity at a provider: leaves the page, and comes back to it. */
function Connect({ id, name, isAnother }: { id: string; name: string; isAnother: boolean }) {
  const { client } = useAuth();
  const isHydrated = useHydrated();
  const { isBusy, run } = useOneAtATime();

  async function connect() {
    const begun = await startAtProvider(client, id, { intent: 'link', next: paths.account });
    if (!begun.ok) return tellProblem(`${name} is not connected.`, begun.error);
    location.assign(begun.value);
    return 'leaving';
  }

  return (
    <Button
      look="secondary"
      className="max-w-full whitespace-normal wrap-anywhere max-sm:w-full"
      disabled={!isHydrated}
      isBusy={isBusy}
      onClick={() => void run(connect)}
    >
      {isAnother ? `Connect another ${name} account` : `Connect ${name}`}
    </Button>
  );
}
