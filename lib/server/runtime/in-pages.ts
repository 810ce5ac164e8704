import 'server-only';
import type { Cursor } from '#db/store/export.ts';

/** Limits the rows that are in memory at a time while a whole list is read. */
const pageSize = 500;

/** Reads a whole list page by page, so that its length costs no memory. `read` returns the rows after a cursor, in order. */
export async function* inPages<Row, Item>(
  read: (after: Cursor | null, size: number) => Promise<Row[]>,
  cursorOf: (row: Row) => Cursor,
  toItem: (row: Row) => Item,
): AsyncGenerator<Item[]> {
  for (let after: Cursor | null = null; ; ) {
    const rows: Row[] = await read(after, pageSize);
    if (rows.length > 0) yield rows.map(toItem);
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return;
    after = cursorOf(last);
  }
}
