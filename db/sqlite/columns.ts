/** Column types whose text or bytes need checking on the way in. */
import { customType } from 'drizzle-orm/sqlite-core';
import * as z from 'zod/mini';
import type { Grace } from '#lib/core/rotation.ts';

const graceList = z.array(z.object({ lo: z.number(), hi: z.number(), until: z.number() }));

/** The ancestor windows of a session, as JSON text. */
export const grace = customType<{ data: readonly Grace[]; driverData: string }>({
  dataType: () => 'text',
  toDriver: (list) => JSON.stringify(list),
  fromDriver: (text) => graceList.parse(JSON.parse(text)),
});

export const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => 'blob',
});
