import { createHash } from 'node:crypto';
import Database from 'better-sqlite3';

const ofTheApp = "type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_\\_%' ESCAPE '\\'";

/** All that the database knows about people and sessions. What limits count is left out: refused tries are. */
export function textOfRows(databaseUrl: string): string {
  const database = new Database(databaseUrl.replace(/^file:/, ''), { readonly: true });
  const tables = database.prepare<[], string>(`SELECT name FROM sqlite_schema WHERE ${ofTheApp} ORDER BY name`).pluck();
  const rows = tables
    .all()
    .filter((name) => name !== 'rate_limits')
    .map((table) => JSON.stringify(database.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all()));
  database.close();
  return rows.join('');
}

/** A digest of the same. */
export function digestOfRows(databaseUrl: string): string {
  return createHash('sha256').update(textOfRows(databaseUrl)).digest('hex');
}
