import { createHash } from 'node:crypto';
import Database from 'better-sqlite3';

/** A digest of all that the database knows about people and sessions. What limits count is left out: refused tries are. */
export function digestOfRows(databaseUrl: string): string {
  const client = new Database(databaseUrl.replace(/^file:/, ''), { readonly: true });
  const hash = createHash('sha256');
  for (const table of ['users', 'sessions', 'events', 'tasks', 'idempotency_keys'])
    hash.update(JSON.stringify(client.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all()));
  client.close();
  return hash.digest('hex');
}
