'use client';

import { useRouter } from 'next/navigation';
import { useOptimistic, useTransition } from 'react';
import { toast } from '#components/shell/toasts.tsx';
import { Button } from '#components/ui/button.tsx';
import { Monitor, Smartphone } from '#components/ui/icons.tsx';
import { problemWords } from '#components/ui/problem.ts';
import { Ago, Moment } from '#components/ui/time.tsx';
import { useOneAtATime } from '#components/ui/use-one-at-a-time.ts';
import { useAuth } from '#lib/client/auth-provider.tsx';
import { sessionsApi } from '#lib/client/sessions/calls.ts';
import type { SessionInfo } from '#lib/core/sessions/contract.ts';
import { deviceOf } from '#lib/core/sessions/device.ts';
import { EndEverywhere } from './end-everywhere.tsx';

interface SessionListProps {
  sessions: SessionInfo[];
  /** Time on the server's clock when it read the sessions, as an ISO timestamp. */
  now: string;
}

/**
 * Lists the devices that are signed in, each with a button that ends its session. If that fails, the device comes back,
 * and a toast says so.
 */
export function SessionList({ sessions, now }: SessionListProps) {
  const router = useRouter();
  const { client } = useAuth();
  const [isBusy, startTransition] = useTransition();
  const { run } = useOneAtATime();
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

  async function endOthers() {
    keep((session) => session.current);
    const result = await api.endOthers();
    if (!result.ok) return toast({ tone: 'alert', text: `Nothing was ended. ${problemWords(result.error)}` });
    router.refresh();
    toast({
      text: others === 0 ? 'This is the only device that is signed in.' : 'Only this device is signed in now.',
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
        <Button look="secondary" isBusy={isBusy} onClick={() => startTransition(() => run(endOthers))}>
          End all other sessions
        </Button>
        <EndEverywhere />
      </div>
    </>
  );
}

interface SessionCardProps {
  session: SessionInfo;
  now: string;
  onEnd: () => void;
}

/** Says for how long after its last use a session counts as active. */
const activeMs = 5 * 60 * 1000;

function SessionCard({ session, now, onEnd }: SessionCardProps) {
  const { id, current, created_at, last_used_at, user_agent, ip } = session;
  const { name, isPhone } = deviceOf(user_agent);
  const isActive = current || Date.parse(now) - Date.parse(last_used_at) < activeMs;
  const Icon = isPhone ? Smartphone : Monitor;
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-3 rounded-md border bg-raised p-4 sm:flex-nowrap sm:p-5">
      <span
        className={`grid size-10 shrink-0 place-items-center rounded-md ${current ? 'bg-accent-soft text-accent' : 'bg-sunken text-muted'}`}
      >
        <Icon size={20} />
      </span>
      <div className="min-w-0 flex-1 basis-48">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h2 id={`device-${id}`} className="font-medium">
            {name}
          </h2>
          {current && (
            <span className="rounded-full bg-accent-soft px-2 text-xs font-medium text-accent">This device</span>
          )}
        </div>
        <p className="text-sm">
          {isActive ? (
            <span className="inline-flex items-center gap-1.5 text-ok">
              <span aria-hidden className="size-1.5 rounded-full bg-ok" />
              Active now
            </span>
          ) : (
            <span className="text-muted">
              Last used <Ago at={last_used_at} now={now} />
            </span>
          )}
        </p>
        <p className="mt-2 text-xs text-muted">
          <span>
            Since <Moment at={created_at} style="date" />
          </span>
          {ip && (
            <span>
              , from <span className="font-mono">{ip}</span>
            </span>
          )}
        </p>
      </div>
      {!current && (
        <Button
          look="secondary"
          size="small"
          aria-describedby={`device-${id}`}
          onClick={onEnd}
          className="max-sm:min-h-11 max-sm:w-full"
        >
          End session
        </Button>
      )}
    </li>
  );
}
