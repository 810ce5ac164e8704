'use client';

import { useServerInsertedHTML } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { markHydrated } from '#lib/client/left-early.ts';
import { watchLoading } from './watch-loading.ts';

// The browser gets the text in the page's HTML, and needs no copy of it among the scripts that it watches.
const source = typeof window === 'undefined' ? `(${watchLoading})()` : '';

/**
 * Puts the script that watches the others into the page's HTML, once, and notes when React has taken the page over. The
 * script is none of React's elements: React would make it anew where it has to render a whole page, and Trusted Types
 * let nobody make a script of text.
 */
export function LoadWatch({ nonce }: { nonce: string | undefined }) {
  const isInserted = useRef(false);
  useEffect(markHydrated, []);
  useServerInsertedHTML(() => {
    if (isInserted.current) return null;
    isInserted.current = true;
    return <script nonce={nonce}>{source}</script>;
  });
  return null;
}
