'use client';

import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';
import { FactorSection } from '#components/second-factors/section.tsx';
import { toast } from '#components/shell/toasts.tsx';
import { Button } from '#components/ui/button.tsx';
import { FormAlert } from '#components/ui/form.tsx';
import { gaveUp, type Problem, problemWords } from '#components/ui/problem.ts';
import { useHydrated } from '#components/ui/use-hydrated.ts';
import { useOneAtATime } from '#components/ui/use-one-at-a-time.ts';
import { useAuth } from '#lib/client/auth-provider.tsx';
import { knowsPasskeys } from '#lib/client/passkeys/known.ts';
import { makePasskey } from '#lib/client/passkeys/make.ts';
import type { PasskeyInfo } from '#lib/core/passkeys/contract.ts';
import { PasskeyCard } from './card.tsx';

interface PasskeysSectionProps {
  passkeys: PasskeyInfo[];
  /** Time on the server's clock when it read them, as an ISO timestamp. */
  now: string;
}

/** Lists a person's passkeys, each with its name, and adds one. */
export function PasskeysSection({ passkeys, now }: PasskeysSectionProps) {
  const router = useRouter();
  const { client } = useAuth();
  const isHydrated = useHydrated();
  const addButton = useRef<HTMLButtonElement>(null);
  const { isBusy, run } = useOneAtATime();
  const [problem, setProblem] = useState<Problem | null>(null);
  /** Id of the passkey whose name is being changed: at first the one that was just added. */
  const [named, setNamed] = useState<string | null>(null);
  const canAdd = !isHydrated || knowsPasskeys();

  async function add() {
    setProblem(null);
    const result = await makePasskey(client);
    if (!result.ok) return setProblem(result.error.code === gaveUp ? null : result.error);
    toast({ text: 'The passkey is added. Give it a name that you recognise.' });
    setNamed(result.value.id);
    router.refresh();
  }

  function closeName() {
    setNamed(null);
    addButton.current?.focus();
  }

  return (
    <FactorSection
      title="Passkeys"
      lead="A passkey signs you in with your finger, your face or the PIN of your device: no password, no code, and nothing that a false page could get out of you."
    >
      {passkeys.length > 0 && (
        <ul className="mb-4 grid gap-3">
          {passkeys.map((passkey) => (
            <PasskeyCard
              key={passkey.id}
              passkey={passkey}
              now={now}
              isNaming={named === passkey.id}
              onName={() => setNamed(passkey.id)}
              onNamed={closeName}
              onRemoved={() => addButton.current?.focus()}
            />
          ))}
        </ul>
      )}
      {problem && (
        <div className="mb-3 max-w-xl">
          <FormAlert>{problemWords(problem)}</FormAlert>
        </div>
      )}
      {canAdd ? (
        <Button
          ref={addButton}
          look="secondary"
          className="max-sm:w-full"
          disabled={!isHydrated}
          isBusy={isBusy}
          onClick={() => void run(add)}
        >
          Add a passkey
        </Button>
      ) : (
        <p className="text-sm">This browser does not support passkeys. Open this page in another browser to add one.</p>
      )}
    </FactorSection>
  );
}
