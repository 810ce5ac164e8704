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
import { removePasskey } from '#lib/client/passkeys/calls.ts';
import { signalLeft } from '#lib/client/passkeys/signals.ts';
import type { PasskeyInfo } from '#lib/core/passkeys/contract.ts';
import { NameForm } from './name-form.tsx';

interface PasskeyCardProps {
  passkey: PasskeyInfo;
  now: string;
  isNaming: boolean;
  onName(): void;
  /** Called once the name is changed, or left as it is. */
  onNamed(): void;
  onRemoved(): void;
}

/** Shows a passkey: its name, whether it may be on other devices too, and when it was used. */
export function PasskeyCard({ passkey, now, isNaming, onName, onNamed, onRemoved }: PasskeyCardProps) {
  const { id, name, synced, created_at, last_used_at } = passkey;
  const nameId = `passkey-${id}`;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-3 rounded-md border bg-raised p-4 sm:flex-nowrap">
      <span className="grid size-10 shrink-0 place-items-center self-start rounded-md bg-sunken text-muted">
        <Key size={20} />
      </span>
      {isNaming ? (
        <NameForm passkey={passkey} onDone={onNamed} />
      ) : (
        <>
          <div className="min-w-0 flex-1 basis-48">
            <h3 id={nameId} className="font-medium wrap-anywhere">
              <bdi>{name}</bdi>
            </h3>
            <p className="text-xs text-muted">
              <span>{synced ? 'Synced' : 'This device only'}</span>
              <span>
                . Added <Moment at={created_at} style="date" />,{' '}
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
          <Button
            look="secondary"
            size="small"
            aria-describedby={nameId}
            onClick={onName}
            className="max-sm:min-h-11 max-sm:flex-1"
          >
            Rename
          </Button>
          <Remove passkey={passkey} nameId={nameId} onRemoved={onRemoved} />
        </>
      )}
    </li>
  );
}

/** Removes a passkey. Asks first: whoever has no other may be left with the password alone. */
function Remove({ passkey, nameId, onRemoved }: { passkey: PasskeyInfo; nameId: string; onRemoved(): void }) {
  const router = useRouter();
  const { client, user } = useAuth();
  const dialog = useRef<HTMLDialogElement>(null);
  const { isBusy, run } = useOneAtATime();

  async function remove() {
    // Closed before the call, which may have to ask who it is in a dialog of its own.
    dialog.current?.close();
    const result = await removePasskey(client, passkey.id);
    if (!result.ok && result.error.code !== 'not_found')
      return tellProblem(`${passkey.name} is still there.`, result.error);
    toast({ text: `${passkey.name} is removed.` });
    onRemoved();
    router.refresh();
    if (user) void signalLeft(client, user);
  }

  return (
    <>
      <Button
        look="secondary"
        size="small"
        className="text-danger max-sm:min-h-11 max-sm:flex-1"
        aria-describedby={nameId}
        isBusy={isBusy}
        onClick={() => dialog.current?.showModal()}
      >
        Remove
      </Button>
      <ConfirmDialog
        ref={dialog}
        title="Remove this passkey?"
        confirmLabel="Remove"
        cancelLabel="Keep it"
        isBusy={isBusy}
        onConfirm={() => void run(remove)}
      >
        <p>
          You will no longer be able to sign in with <bdi className="wrap-anywhere">{passkey.name}</bdi>. If your device
          still offers it afterwards, delete it there too.
        </p>
      </ConfirmDialog>
    </>
  );
}
