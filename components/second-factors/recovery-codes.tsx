'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { CopyButton } from '#components/ui/copy-button.tsx';
import { ConfirmDialog } from '#components/ui/dialog.tsx';
import { Moment } from '#components/ui/time.tsx';
import { useOneAtATime } from '#components/ui/use-one-at-a-time.ts';
import { useAuth } from '#lib/client/auth-provider.tsx';
import { renewRecoveryCodes } from '#lib/client/second-factors/calls.ts';
import type { Factors } from '#lib/core/second-factors/contract.ts';
import { FactorSection, tellProblem } from './section.tsx';

/** Says how many recovery codes are left, and makes new ones. */
export function RecoverySection({ two_step: isOn, recovery_codes }: Pick<Factors, 'two_step' | 'recovery_codes'>) {
  const router = useRouter();
  const [codes, setCodes] = useState<string[] | null>(null);

  function finish() {
    setCodes(null);
    router.refresh();
  }

  return (
    <FactorSection
      title="Recovery codes"
      lead={
        isOn ? (
          <LeftWords codes={recovery_codes} />
        ) : (
          'You get ten when you turn two-step sign-in on. Each lets you in once without your phone.'
        )
      }
    >
      {codes && <RecoveryCodes codes={codes} onKept={finish} />}
      {isOn && !codes && <MakeNew onMade={setCodes} />}
    </FactorSection>
  );
}

function LeftWords({ codes }: { codes: Factors['recovery_codes'] }) {
  if (!codes) return 'None is left. Make new ones: without them, a lost phone locks you out.';
  return (
    <>
      <span>{codes.left === 1 ? 'One is left' : `${codes.left} are left`}</span>
      <span>
        {' '}
        of those made <Moment at={codes.created_at} style="date" />. Each lets you in once without your phone.
      </span>
    </>
  );
}

/** Makes new codes. Asks first: the old ones are void then. */
function MakeNew({ onMade }: { onMade(codes: string[]): void }) {
  const { client } = useAuth();
  const dialog = useRef<HTMLDialogElement>(null);
  const { isBusy, run } = useOneAtATime();

  async function make() {
    // Closed before the call, which may have to ask who it is in a dialog of its own.
    dialog.current?.close();
    const result = await renewRecoveryCodes(client);
    if (result.ok) onMade(result.value.recovery_codes);
    else tellProblem('Your codes are still the same.', result.error);
  }

  return (
    <>
      <Button look="secondary" isBusy={isBusy} onClick={() => dialog.current?.showModal()}>
        Make new codes
      </Button>
      <ConfirmDialog
        ref={dialog}
        title="Make new recovery codes?"
        confirmLabel="Make new codes"
        cancelLabel="Keep the old ones"
        isBusy={isBusy}
        onConfirm={() => void run(make)}
      >
        <p>The codes that you have now stop working.</p>
      </ConfirmDialog>
    </>
  );
}

/** Shows recovery codes, which nothing shows again, and goes on once the person says that they have kept them. */
export function RecoveryCodes({ codes, onKept }: { codes: string[]; onKept(): void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const [isKept, setKept] = useState(false);
  const text = codes.join('\n');
  useEffect(() => heading.current?.focus(), []);
  return (
    <div className="rounded-md border bg-raised p-5">
      <h3 ref={heading} tabIndex={-1} className="font-medium">
        Keep these recovery codes
      </h3>
      <p className="mt-1 text-sm text-muted">
        Each lets you in once if your phone is lost. They are shown this once: print them, or put them where you keep
        passwords.
      </p>
      <div className="printed-alone my-4">
        <p className="mb-4 hidden print:block">Latchkey recovery codes. Each lets you in once.</p>
        <ol className="grid gap-1.5">
          {codes.map((code) => (
            <li key={code} className="font-mono text-sm break-words">
              {code}
            </li>
          ))}
        </ol>
      </div>
      <div className="mb-4 flex flex-wrap items-center gap-3">
        <CopyButton text={text} label="the codes" />
        <Button look="secondary" size="small" onClick={() => download(text)}>
          Download
        </Button>
        <Button look="secondary" size="small" onClick={() => window.print()}>
          Print
        </Button>
      </div>
      <label className="mb-3 flex min-h-9 w-fit cursor-pointer items-center gap-2.5 text-sm">
        <input
          type="checkbox"
          className="tick size-5"
          checked={isKept}
          onChange={(event) => setKept(event.currentTarget.checked)}
        />
        I have kept them
      </label>
      <Button disabled={!isKept} onClick={onKept} className="max-sm:w-full">
        Done
      </Button>
    </div>
  );
}

function download(codes: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([`Latchkey recovery codes\n\n${codes}\n`], { type: 'text/plain' }));
  link.download = 'latchkey-recovery-codes.txt';
  link.click();
  // Later: some browsers read it after the click.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
