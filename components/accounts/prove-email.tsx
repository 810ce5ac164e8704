'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { type Problem, problemWords } from '#components/ui/problem.ts';
import { useHydrated } from '#components/ui/use-hydrated.ts';
import { useOneAtATime } from '#components/ui/use-one-at-a-time.ts';
import { askForEmail } from '#lib/client/accounts/email-calls.ts';
import { useAuth } from '#lib/client/auth-provider.tsx';

/** Has a code mailed to the address that the account has, which nobody has proved yet. */
export function ProveEmail({ email }: { email: string }) {
  const router = useRouter();
  const { client } = useAuth();
  const isHydrated = useHydrated();
  const { isBusy, run } = useOneAtATime();
  const [problem, setProblem] = useState<Problem | null>(null);
  const prove = () =>
    run(async () => {
      setProblem(null);
      const result = await askForEmail(client, email);
      if (!result.ok) return setProblem(result.error);
      router.refresh();
    });
  return (
    <div className="mt-2">
      <Button look="secondary" size="small" disabled={!isHydrated} isBusy={isBusy} onClick={() => void prove()}>
        {isBusy ? 'Sending a code' : 'Verify it'}
      </Button>
      <p role="status" className="mt-1 text-sm text-danger">
        {problem && problemWords(problem)}
      </p>
    </div>
  );
}
