'use client';

import { useRef, useState } from 'react';
import type { Step } from '#components/landing/story-steps.ts';
import { toast } from '#components/shell/toasts.tsx';
import { useAuth } from '#lib/client/auth-provider.tsx';
import { demoApi } from '#lib/client/demo/calls.ts';
import type { Result } from '#lib/client/result.ts';
import { sessionsApi } from '#lib/client/sessions/calls.ts';
import type { DemoSession } from '#lib/core/demo/contract.ts';
import { clockTime } from './clock.tsx';
import type { Say } from './log.tsx';
import { type DemoMoment, found, made, over, presented, used } from './moments.ts';

export interface NumberedStep extends Step {
  id: number;
}
export type Doing = 'make' | 'refresh' | 'use' | 'replay' | 'end';

export interface ThrowAway {
  /** The throw-away session; null if none is alive. */
  session: DemoSession | null;
  /** Tells the last moments of the session that is alive, or else of the one that ended last. */
  moments: readonly NumberedStep[];
  /** Names what is under way. Nothing else can be started meanwhile. */
  doing: Doing | null;
  start(what: Doing): void;
}

const longest = 6;

/** Makes a session that can be robbed, does to it what a person asks for, and tells what came of it. */
export function useThrowAway(first: DemoSession | null, say: Say): ThrowAway {
  const { client } = useAuth();
  const [session, setSession] = useState(first);
  const [moments, setMoments] = useState<readonly NumberedStep[]>(() =>
    first ? [{ id: 0, time: 'earlier', ...found(first) }] : [],
  );
  const [doing, setDoing] = useState<Doing | null>(null);
  const isBusy = useRef(false);
  const api = demoApi(client);

  function settle(moment: DemoMoment, next: DemoSession | null, isFirst = false): void {
    const time = clockTime(new Date());
    setMoments((before) => {
      const kept = isFirst ? [] : before.slice(1 - longest);
      return [...kept, { id: (before.at(-1)?.id ?? 0) + 1, time, ...moment }];
    });
    setSession(next);
    say(`Throw-away session: ${moment.said}`);
  }

  async function present(before: DemoSession, generation: number): Promise<Result<unknown>> {
    const answer = await api.refresh(before.id, generation);
    if (answer.ok) settle(presented(before, generation, answer.value), answer.value.session);
    return answer;
  }

  async function run(what: Doing): Promise<Result<unknown> | null> {
    if (what === 'make') {
      const answer = await api.make();
      if (answer.ok) settle(made(answer.value), answer.value, true);
      return answer;
    }
    if (!session) return null;
    if (what === 'refresh') return present(session, session.head);
    if (what === 'replay') return session.parent === null ? null : present(session, session.parent);
    if (what === 'use') {
      const answer = await api.use(session.id);
      const next = answer.ok ? answer.value.session : null;
      if (answer.ok) settle(next ? used(session, next) : over(session, false), next);
      return answer;
    }
    const answer = await sessionsApi(client).end(session.id);
    const isGone = answer.ok || answer.error.code === 'not_found';
    if (isGone) settle(over(session, answer.ok), null);
    return isGone ? null : answer;
  }

  async function start(what: Doing): Promise<void> {
    if (isBusy.current) return;
    isBusy.current = true;
    setDoing(what);
    const answer = await run(what);
    isBusy.current = false;
    setDoing(null);
    if (answer && !answer.ok) toast({ tone: 'alert', text: answer.error.description });
  }

  return { session, moments, doing, start: (what) => void start(what) };
}
