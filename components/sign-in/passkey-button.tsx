'use client';

import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import type { Outcome } from '#components/ui/form.tsx';
import { useHydrated } from '#components/ui/use-hydrated.ts';
import type { AuthClient } from '#lib/client/auth-client.ts';
import { knowsPasskeys } from '#lib/client/passkeys/known.ts';
import type { ShownPasskey } from '#lib/client/passkeys/show.ts';
import type { Autofill } from '#lib/client/sign-in/autofill.ts';

interface PasskeyButtonProps {
  client: AuthClient;
  /** True while a passkey is asked for or checked. */
  isBusy: boolean;
  /** Does one piece of work of the form at a time, and shows the problem that it ends with. */
  attempt(work: () => Promise<Outcome>): Promise<void>;
  /** Tells whether the browser is to keep the session when it is closed. */
  remembers(): boolean;
  goOn(): void;
}

/** Signs in with a passkey: by the button, or picked among the suggestions of the email field. */
export function PasskeyButton({ client, isBusy, attempt, remembers, goOn }: PasskeyButtonProps) {
  const isHydrated = useHydrated();
  const isUnknown = isHydrated && !knowsPasskeys();
  const [note, setNote] = useState('');
  const autofill = useRef<Promise<Autofill | null>>(null);

  async function signIn(picked?: ShownPasskey): Promise<Outcome> {
    setNote('');
    const { signInWithPasskey } = await import('#lib/client/sign-in/with-passkey.ts');
    const result = await signInWithPasskey(client, { remember: remembers(), picked });
    if (result.ok) {
      goOn();
      return 'leaving';
    }
    if (result.error.code !== 'passkey_cancelled') return result.error;
    setNote(result.error.description);
    return 'done';
  }

  /** Signs in with a passkey that was picked. Returns false if that failed. */
  async function take(picked: ShownPasskey): Promise<boolean> {
    let isDone = false;
    await attempt(async () => {
      const outcome = await signIn(picked);
      isDone = outcome === 'leaving';
      return outcome;
    });
    return isDone;
  }

  function offer(): void {
    autofill.current ??= import('#lib/client/sign-in/autofill.ts')
      .then(({ offerPasskeys }) => offerPasskeys(client.parts, take))
      .catch(() => null);
  }

  async function takeBack(): Promise<void> {
    const offered = autofill.current;
    autofill.current = null;
    await (await offered)?.stop();
  }

  const start = useEffectEvent(offer);
  const end = useEffectEvent(takeBack);
  useEffect(() => {
    if (isUnknown) return;
    const cancel = whenIdle(start);
    return () => {
      cancel();
      void end();
    };
  }, [isUnknown]);

  /** Gives the browser's one ceremony at a time to the button, and the suggestions back if it ends in nothing. */
  const onClick = () =>
    attempt(async () => {
      await takeBack();
      const outcome = await signIn();
      if (outcome !== 'leaving') offer();
      return outcome;
    });

  return (
    <div className={isUnknown ? 'invisible' : undefined}>
      <Button look="secondary" className="w-full" disabled={!isHydrated} isBusy={isBusy} onClick={onClick}>
        {isBusy ? 'Waiting for your passkey' : 'Sign in with a passkey'}
      </Button>
      <p role="status" className="mt-1 min-h-5 text-xs text-muted">
        {note}
      </p>
    </div>
  );
}

/** Waits until the browser has nothing better to do. Returns the function that gives it up. */
function whenIdle(run: () => void): () => void {
  if (typeof requestIdleCallback !== 'function') {
    const timer = setTimeout(run, 500);
    return () => clearTimeout(timer);
  }
  const handle = requestIdleCallback(run);
  return () => cancelIdleCallback(handle);
}
