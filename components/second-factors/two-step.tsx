'use client';

import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';
import { toast } from '#components/shell/toasts.tsx';
import { Button } from '#components/ui/button.tsx';
import { ConfirmDialog } from '#components/ui/dialog.tsx';
import { Moment } from '#components/ui/time.tsx';
import { useHydrated } from '#components/ui/use-hydrated.ts';
import { useOneAtATime } from '#components/ui/use-one-at-a-time.ts';
import { useAuth } from '#lib/client/auth-provider.tsx';
import { removeTotp, setTwoStep, startTotp } from '#lib/client/second-factors/calls.ts';
import type { Factors, TotpSetup } from '#lib/core/second-factors/contract.ts';
import { RecoveryCodes } from './recovery-codes.tsx';
import { ScanForm } from './scan-form.tsx';
import { FactorSection, tellProblem } from './section.tsx';

/** The step of a setup: scanning the picture, or keeping the codes that were just made. */
type Step = { kind: 'scan'; setup: TotpSetup } | { kind: 'codes'; codes: string[] };

interface TwoStepSectionProps extends Pick<Factors, 'two_step' | 'totp'> {
  /** Tells whether there is a passkey, which is enough to turn it on. */
  hasPasskey: boolean;
}

/** Turns two-step sign-in on, with an authenticator app or a passkey, and off. */
export function TwoStepSection({ two_step: isOn, totp, hasPasskey }: TwoStepSectionProps) {
  const router = useRouter();
  const [step, setStep] = useState<Step | null>(null);

  /** Shows what is so now, once nothing is left to be read off. */
  function finish() {
    setStep(null);
    router.refresh();
  }

  function goOn(codes: string[] | undefined) {
    if (codes) return setStep({ kind: 'codes', codes });
    toast({ text: 'The new app is in use.' });
    finish();
  }

  return (
    <FactorSection
      title="Two-step sign-in"
      lead={
        isOn || step?.kind === 'codes'
          ? `On. Signing in with your password also asks for ${askedFor(totp !== null || step?.kind === 'scan', hasPasskey)}, or for a recovery code.`
          : `Off. With it, your password alone lets nobody in: signing in also asks for ${hasPasskey && !totp ? 'your passkey' : 'a code of an app on your phone'}.`
      }
    >
      {totp && !step && (
        <p className="mb-4 text-sm text-muted">
          <span>
            Authenticator app, added <Moment at={totp.created_at} style="date" />
          </span>
          {totp.last_used_at && (
            <span>
              , last used <Moment at={totp.last_used_at} />
            </span>
          )}
        </p>
      )}
      {step?.kind === 'scan' && <ScanForm setup={step.setup} onConfirmed={goOn} onCancel={() => setStep(null)} />}
      {step?.kind === 'codes' && <RecoveryCodes codes={step.codes} onKept={finish} />}
      {!step && (
        <div className="flex flex-col gap-3 sm:flex-row">
          <SetUp
            hasApp={totp !== null}
            isMain={!totp && !hasPasskey}
            onSetup={(setup) => setStep({ kind: 'scan', setup })}
          />
          {!isOn && (totp || hasPasskey) && (
            <TurnOn onDone={(codes) => (codes ? setStep({ kind: 'codes', codes }) : finish())} />
          )}
          {totp && (!isOn || hasPasskey) && <RemoveApp onDone={finish} />}
          {isOn && <TurnOff onDone={finish} />}
        </div>
      )}
    </FactorSection>
  );
}

/** Says what is asked for beside the password. */
function askedFor(hasApp: boolean, hasPasskey: boolean): string {
  if (!hasPasskey) return 'a code of your authenticator app';
  return hasApp ? 'your passkey, a code of your authenticator app' : 'your passkey';
}

interface SetUpProps {
  hasApp: boolean;
  /** Tells whether nothing else turns two-step sign-in on. */
  isMain: boolean;
  onSetup(setup: TotpSetup): void;
}

function SetUp({ hasApp, isMain, onSetup }: SetUpProps) {
  const { client } = useAuth();
  const isHydrated = useHydrated();
  const { isBusy, run } = useOneAtATime();

  async function start() {
    const result = await startTotp(client);
    if (result.ok) onSetup(result.value);
    else tellProblem('Nothing was set up.', result.error);
  }

  return (
    <Button
      look={isMain ? 'primary' : 'secondary'}
      disabled={!isHydrated}
      isBusy={isBusy}
      onClick={() => void run(start)}
    >
      {hasApp ? 'Set up another app instead' : 'Set up an authenticator app'}
    </Button>
  );
}

function TurnOn({ onDone }: { onDone(codes: string[] | undefined): void }) {
  const { client } = useAuth();
  const { isBusy, run } = useOneAtATime();

  async function turnOn() {
    const result = await setTwoStep(client, { enabled: true });
    if (result.ok) onDone(result.value.recovery_codes);
    else tellProblem('Two-step sign-in is still off.', result.error);
  }

  return (
    <Button isBusy={isBusy} onClick={() => void run(turnOn)}>
      Turn on
    </Button>
  );
}

function RemoveApp({ onDone }: { onDone(): void }) {
  const { client } = useAuth();
  const { isBusy, run } = useOneAtATime();

  async function remove() {
    const result = await removeTotp(client);
    if (result.ok) onDone();
    else tellProblem('The app is still there.', result.error);
  }

  return (
    <Button look="secondary" className="text-danger" isBusy={isBusy} onClick={() => void run(remove)}>
      Remove the app
    </Button>
  );
}

/** Turns two-step sign-in off. Asks first: app and codes go with it. */
function TurnOff({ onDone }: { onDone(): void }) {
  const { client } = useAuth();
  const dialog = useRef<HTMLDialogElement>(null);
  const { isBusy, run } = useOneAtATime();

  async function turnOff() {
    // Closed before the call, which may have to ask who it is in a dialog of its own.
    dialog.current?.close();
    const result = await setTwoStep(client, { enabled: false });
    if (!result.ok) return tellProblem('Two-step sign-in is still on.', result.error);
    toast({ text: 'Two-step sign-in is off.' });
    onDone();
  }

  return (
    <>
      <Button look="secondary" className="text-danger" onClick={() => dialog.current?.showModal()}>
        Turn off
      </Button>
      <ConfirmDialog
        ref={dialog}
        title="Turn two-step sign-in off?"
        confirmLabel="Turn off"
        cancelLabel="Keep it on"
        isBusy={isBusy}
        onConfirm={() => void run(turnOff)}
      >
        <p>
          The authenticator app, your recovery codes and trusted devices are removed; passkeys stay. Your password alone
          then lets you in.
        </p>
      </ConfirmDialog>
    </>
  );
}
