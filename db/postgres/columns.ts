/** Column types that several tables on PostgreSQL use. */
import { bigint, customType } from 'drizzle-orm/pg-core';
import { graceAsText } from '#db/queries/grace.ts';
import type { Grace } from '#lib/core/sessions/rotation.ts';

/**
 * Orders text by its bytes and folds case from A to Z only, as SQLite does, whatever the server's locale. An operating
 * system that sorts differently after an update breaks no index.
 */
const textType = 'text COLLATE "C"';

/** Text of any length, and ids. Use it instead of drizzle's, which sorts as the server's locale does. */
export const text = customType<{ data: string; driverData: string }>({ dataType: () => textType });

/** A session's ancestor windows. */
export const grace = customType<{ data: readonly Grace[]; driverData: string }>({
  dataType: () => textType,
  ...graceAsText,
});

export const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });

/** Milliseconds since 1970, for the times that rotation reads as numbers. */
export const milliseconds = () => bigint({ mode: 'number' });

/** A `Date`, stored as milliseconds, since some statements calculate with it. The driver returns a bigint as text. */
export const date = customType<{ data: Date; driverData: string | number }>({
  dataType: () => 'bigint',
  toDriver: (value) => value.getTime(),
  fromDriver: (value) => new Date(Number(value)),
});
