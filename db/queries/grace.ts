import * as z from 'zod/mini';
import type { Grace } from '#lib/core/sessions/rotation.ts';

const graceList = z.array(z.object({ lo: z.number(), hi: z.number(), until: z.number() }));

/** Converts a session's ancestor windows to and from JSON in a text column, on every dialect. Checks what it reads. */
export const graceAsText = {
  toDriver: (list: readonly Grace[]): string => JSON.stringify(list),
  fromDriver: (text: string): readonly Grace[] => graceList.parse(JSON.parse(text)),
};
