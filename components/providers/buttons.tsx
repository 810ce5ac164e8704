'use client';

import { useEffect, useRef, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { ProblemAlert, useForm } from '#components/ui/form.tsx';
import { useHydrated } from '#components/ui/use-hydrated.ts';
import type { ShownProvider } from './list.tsx';

interface ProviderButtonsProps {
  providers: readonly ShownProvider[];
  /** Path to go to once signed in. The server has checked that it is one of this app's. */
  next: string;
}

/** Leads to each provider, in the order of the settings. The page's "Remember me" counts, wherever on the page it is. */
export function ProviderButtons({ providers, next }: ProviderButtonsProps) {
  const isHydrated = useHydrated();
  const fragment = useRef('');
  const [chosen, setChosen] = useState('');
  const { isBusy, problem, attempt } = useForm(async () => 'done');
  useEffect(() => {
    // Read now: the link that skips to the content changes it.
    fragment.current = location.hash;
  }, []);
  const go = (id: string) =>
    attempt(async () => {
      setChosen(id);
      const remember = document.querySelector<HTMLInputElement>('input[name="remember"]')?.checked ?? false;
      const { goToProvider } = await import('./go.ts');
      return goToProvider(id, { next: next.includes('#') ? next : next + fragment.current, remember });
    });
  return (
    <div className="grid grid-cols-1 gap-2">
      {providers.map(({ id, name, mark }) => (
        <Button
          key={id}
          look="secondary"
          className="w-full"
          disabled={!isHydrated}
          isBusy={isBusy && chosen === id}
          onClick={() => go(id)}
        >
          {isBusy && chosen === id ? null : <span className="contents">{mark}</span>}
          <span className="min-w-0 py-2 whitespace-normal wrap-anywhere">{`Continue with ${name}`}</span>
        </Button>
      ))}
      <ProblemAlert problem={problem} />
    </div>
  );
}
