/** Column types of ours. */
import { customType } from 'drizzle-orm/sqlite-core';
import { graceAsText } from '#db/queries/grace.ts';
import type { Grace } from '#lib/core/sessions/rotation.ts';

export const grace = customType<{ data: readonly Grace[]; driverData: string }>({
  dataType: () => 'text',
  ...graceAsText,
});

export const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => 'blob',
});
