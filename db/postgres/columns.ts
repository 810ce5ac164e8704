/** Column types of ours. */
import { customType } from 'drizzle-orm/pg-core';
import { graceAsText } from '#db/queries/grace.ts';
import type { Grace } from '#lib/core/sessions/rotation.ts';

/**
 * Ordered by its bytes and folded from A to Z, as on SQLite, whatever the server's locale. An operating system that sorts
 * otherwise after an update breaks no index.
 */
const type = 'text COLLATE "C"';

export const text = customType<{ data: string; driverData: string }>({ dataType: () => type });

export const grace = customType<{ data: readonly Grace[]; driverData: string }>({
  dataType: () => type,
  ...graceAsText,
});

export const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });

/** A `Date`, as milliseconds: other statements reckon with them. The driver answers a bigint as text. */
export const date = customType<{ data: Date; driverData: string | number }>({
  dataType: () => 'bigint',
  toDriver: (value) => value.getTime(),
  fromDriver: (value) => new Date(Number(value)),
});
