'use client';

import { useRouter } from 'next/navigation';
import { useRef } from 'react';
import { tellProblem } from '#components/second-factors/section.tsx';
import { toast } from '#components/shell/toasts.tsx';
import { Button } from '#components/ui/button.tsx';
import { ConfirmDialog } from '#components/ui/dialog.tsx';
import { Key } from '#components/ui/icons.tsx';
import { Ago, Moment } from '#components/ui/time.tsx';
import { useOneAtATime } from '#components/ui/use-one-at-a-time.ts';
import { useAuth } from '#lib/client/auth-provider.tsx';
import { disconnect } from '#lib/client/identities/calls.ts';
import type { IdentityInfo } from '#lib/core/identities/contract.ts';

interface IdentityCardProps {
  identity: IdentityInfo;
  now: string;
  onDisconnected(): void;
}

/** Shows an identity at a provider: whose, with which address, and when it was used. */
export function IdentityCard({ identity, now, onDisconnected }: IdentityCardProps) {
  const { id, provider, name, email, linked_at, last_used_at } = identity;
  const aboutId = `identity-${id}`;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-3 rounded-md border bg-raised p-4 sm:flex-nowrap">
      <span className="grid size-10 shrink-0 place-items-center self-start rounded-md bg-sunken text-muted">
        <Key size={20} />
      </span>
      <div className="min-w-0 flex-1 basis-48">
        <h3 className="font-medium wrap-anywhere">
          <bdi>{name}</bdi>
        </h3>
        <p id={aboutId} className="text-xs text-muted">
          {email && (
            <span className="wrap-anywhere">
              <bdi>{email}</bdi>.{' '}
            </span>
          )}
          {provider === null && <span>Not offered here any more, so that it signs nobody in. </span>}
          <span>
            Connected <Moment at={linked_at} style="date" />,{' '}
          </span>
          {last_used_at ? (
            <span>
              last used <Ago at={last_used_at} now={now} />
            </span>
          ) : (
            <span>not used yet</span>
          )}
        </p>
      </div>
      <Disconnect identity={identity} aboutId={aboutId} onDisconnected={onDisconnected} />
    </li>
  );
}

interface DisconnectProps {
  identity: IdentityInfo;
  aboutId: string;
  onDisconnected(): void;
}

/** Takes the identity away. Asks first: devices that came in with it are signed out. */
function Disconnect({ identity: { id, name }, aboutId, onDisconnected }: DisconnectProps) {
  const router = useRouter();
  const { client } = useAuth();
  const dialog = useRef<HTMLDialogElement>(null);
  const { isBusy, run } = useOneAtATime();

  async function remove() {
    // Closed before the call, which may have to ask who it is in a dialog of its own.
    dialog.current?.close();
    const result = await disconnect(client, id);
    if (!result.ok && result.error.code !== 'not_found') return tellProblem(`${name} stays connected.`, result.error);
    toast({ text: `${name} is disconnected.` });
    onDisconnected();
    router.refresh();
  }

  return (
    <>
      <Button
        look="secondary"
        size="small"
        className="max-w-full whitespace-normal wrap-anywhere text-danger max-sm:min-h-11 max-sm:w-full"
        aria-describedby={aboutId}
        isBusy={isBusy}
        onClick={() => dialog.current?.showModal()}
      >
        {`Disconnect ${name}`}
      </Button>
      <ConfirmDialog
        ref={dialog}
        title={`Disconnect ${name}?`}
        confirmLabel="Disconnect"
        cancelLabel="Keep it"
        isBusy={isBusy}
        onConfirm={() => void run(remove)}
      >
        <p>
          It signs you in here no more, and every other device that came in with it is signed out. Your account at{' '}
          <bdi className="wrap-anywhere">{name}</bdi> stays as it is.
        </p>
      </ConfirmDialog>
    </>
  );
}
