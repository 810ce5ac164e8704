'use client';

import { useEffect } from 'react';
import { markHydrated } from '#lib/client/left-early.ts';

/** Notes that React has taken the page over. Shows nothing. */
export function Hydrated() {
  useEffect(markHydrated, []);
  return null;
}
