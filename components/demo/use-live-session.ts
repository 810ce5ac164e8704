'use client';

import { useEffect, useRef, useState } from 'react';
import { useAuth } from '#lib/client/auth-provider.tsx';
import { demoApi } from '#lib/client/demo/calls.ts';
import type { TokenLife } from '#lib/client/token-store.ts';
import type { DemoSession } from '#lib/core/demo/contract.ts';
import type { Say } from './log.tsx';
import { rowWords, tokenWords } from './words.ts';

export interface LiveSession {
  /** Row of the session, as the server last told it. */
  row: DemoSession;
  /** Age and lifetime of the access token in memory; null until there is one. */
  life: TokenLife | null;
}

const lookMs = 250;
const askMs = 10_000;

/**
 * Watches this browser's own session and says what happens to it. Looks at the token in memory four times a second and,
 * while the page is visible, asks for the row with every new token and every ten seconds.
 */
export function useLiveSession(first: DemoSession, isShortened: boolean, say: Say): LiveSession {
  const { client, status } = useAuth();
  const [life, setLife] = useState<TokenLife | null>(null);
  const [row, setRow] = useState(first);
  const seen = useRef<{ life: TokenLife | null; row: DemoSession; status: string }>({ life: null, row: first, status });
  const generation = life?.generation ?? null;

  useEffect(() => {
    const look = () => {
      const before = seen.current.life;
      const now = client.life();
      if (!now || (before?.receivedAt === now.receivedAt && before.expiresAt === now.expiresAt)) return;
      seen.current.life = now;
      setLife(now);
      const words = tokenWords(before, now, isShortened);
      if (words) say(words);
    };
    const timer = setInterval(look, lookMs);
    return () => clearInterval(timer);
  }, [client, isShortened, say]);

  useEffect(() => {
    if (generation === null) return;
    let isCurrent = true;
    const ask = async () => {
      if (document.visibilityState === 'hidden') return;
      const answer = await demoApi(client).own();
      if (!isCurrent || !answer.ok) return;
      const words = rowWords(seen.current.row, answer.value);
      seen.current.row = answer.value;
      setRow(answer.value);
      if (words) say(words);
    };
    void ask();
    const timer = setInterval(ask, askMs);
    return () => {
      isCurrent = false;
      clearInterval(timer);
    };
  }, [client, generation, say]);

  useEffect(() => {
    const before = seen.current.status;
    seen.current.status = status;
    if (status === 'unreachable') say('The server is out of reach. You stay signed in, and it is asked again.');
    else if (before === 'unreachable') say('The server answers again.');
  }, [status, say]);

  return { row, life };
}
