/** Column types that several tables on SQLite use. */
import { customType, integer } from 'drizzle-orm/sqlite-core';
import { graceAsText } from '#db/queries/grace.ts';
import type { Grace } from '#lib/core/sessions/rotation.ts';

/** A `Date`, stored as milliseconds. */
export const date = () => integer({ mode: 'timestamp_ms' });

/** A session's ancestor windows. */
export const grace = customType<{ data: readonly Grace[]; driverData: string }>({
  dataType: () => 'text',
  ...graceAsText,
});

export const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => 'blob',
});
