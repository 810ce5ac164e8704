import { createHash } from 'node:crypto';
import Database from 'better-sqlite3';

const ofTheApp = "type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_\\_%' ESCAPE '\\'";

/** A digest of all that the database knows about people and sessions. What limits count is left out: refused tries are. */
export function digestOfRows(databaseUrl: string): string {
  const client = new Database(databaseUrl.replace(/^file:/, ''), { readonly: true });
  const tables = client.prepare<[], string>(`SELECT name FROM sqlite_schema WHERE ${ofTheApp} ORDER BY name`).pluck();
  const hash = createHash('sha256');
  for (const table of tables.all().filter((name) => name !== 'rate_limits'))
    hash.update(JSON.stringify(client.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all()));
  client.close();
  return hash.digest('hex');
}
