'use client';

import { useRouter } from 'next/navigation';
import { useOptimistic, useTransition } from 'react';
import { toast } from '#components/shell/toast-store.ts';
import { Button } from '#components/ui/button.tsx';
import { problemWords } from '#components/ui/problem-words.ts';
import { sessionsApi } from '#lib/client/account-calls.ts';
import { useAuth } from '#lib/client/auth-provider.tsx';
import type { SessionInfo } from '#lib/core/sessions/contract.ts';
import { deviceOf } from '#lib/core/sessions/device.ts';
import { EndEverywhere } from './end-everywhere.tsx';
import { SessionCard } from './session-card.tsx';

interface SessionListProps {
  sessions: SessionInfo[];
  /** The server's clock when it read them. */
  now: string;
}

export function SessionList({ sessions, now }: SessionListProps) {
  const router = useRouter();
  const { client } = useAuth();
  const [isBusy, startTransition] = useTransition();
  const [shown, keep] = useOptimistic(sessions, (list, isKept: (session: SessionInfo) => boolean) =>
    list.filter(isKept),
  );
  const api = sessionsApi(client);
  const others = sessions.filter((session) => !session.current).length;

  function end(session: SessionInfo) {
    startTransition(async () => {
      keep(({ id }) => id !== session.id);
      const result = await api.end(session.id);
      const { name } = deviceOf(session.user_agent);
      if (!result.ok && result.error.code !== 'not_found') {
        return toast({ tone: 'alert', text: `${name} is still signed in. ${problemWords(result.error)}` });
      }
      router.refresh();
      toast({ text: `${name} is signed out.` });
    });
  }

  function endOthers() {
    if (isBusy) return;
    startTransition(async () => {
      keep((session) => session.current);
      const result = await api.endOthers();
      if (!result.ok) return toast({ tone: 'alert', text: `Nothing was ended. ${problemWords(result.error)}` });
      router.refresh();
      toast({
        text: others === 0 ? 'This is the only device that is signed in.' : 'Only this device is signed in now.',
      });
    });
  }

  return (
    <>
      <ul className="grid gap-3">
        {shown.map((session) => (
          <SessionCard key={session.id} session={session} now={now} onEnd={() => end(session)} />
        ))}
      </ul>
      <div className="mt-6 flex flex-col gap-3 sm:flex-row">
        <Button look="secondary" isBusy={isBusy} onClick={endOthers}>
          End all other sessions
        </Button>
        <EndEverywhere />
      </div>
    </>
  );
}
