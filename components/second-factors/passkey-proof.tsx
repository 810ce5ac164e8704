'use client';

import { useEffect, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import type { Problem } from '#components/ui/problem.ts';
import { useHydrated } from '#components/ui/use-hydrated.ts';
import type { ClientParts } from '#lib/client/cookie-calls.ts';
import { knowsPasskeys } from '#lib/client/passkeys/known.ts';
import type { ShownPasskey, showPasskey } from '#lib/client/passkeys/show.ts';

type ShownProof = { proof: Pick<ShownPasskey, 'ceremony' | 'credential'> } | { problem: Problem };

/** Asks for a passkey, by code that is loaded only now. */
export async function proveByPasskey(
  parts: ClientParts | null,
  showing: Parameters<typeof showPasskey>[1],
): Promise<ShownProof> {
  const { showPasskey } = await import('#lib/client/passkeys/show.ts');
  const shown = await showPasskey(parts, showing);
  if (!shown.ok) return { problem: shown.error };
  const { ceremony, credential } = shown.value;
  return { proof: { ceremony, credential } };
}

/** Turns a message about a passkey, which has no field to stand at, into a problem with the whole form. */
export function aboutThePasskey(problem: Problem): Problem {
  const [message] = problem.fields?.credential ?? [];
  return message ? { code: 'passkey_refused', description: message } : problem;
}

interface UsePasskeyProps {
  /** True while a passkey is asked for or checked. */
  isBusy: boolean;
  onClick: () => void;
}

/** Offers a passkey in the place of what the form asks for, where the browser knows passkeys. */
export function UsePasskey({ isBusy, onClick }: UsePasskeyProps) {
  const isHydrated = useHydrated();
  if (!isHydrated || !knowsPasskeys()) return null;
  return (
    <Button look="secondary" size="small" className="mb-1 w-fit" isBusy={isBusy} onClick={onClick}>
      {isBusy ? 'Waiting for your passkey' : 'Use a passkey'}
    </Button>
  );
}

/** Makes a signal that aborts once the component is gone. */
export function useGoneSignal(): () => AbortSignal {
  const [gone] = useState(() => ({ controller: new AbortController() }));
  useEffect(() => {
    // React's strict mode runs effects twice.
    if (gone.controller.signal.aborted) gone.controller = new AbortController();
    return () => gone.controller.abort();
  }, [gone]);
  return () => gone.controller.signal;
}
