import Database from 'better-sqlite3';

/** Opens the file with the same SQLite settings as the app. */
export function openDatabase(url: string): Database.Database {
  const client = new Database(url.replace(/^file:/, ''));
  client.pragma('journal_mode = WAL');
  client.pragma('synchronous = FULL');
  client.pragma('foreign_keys = ON');
  return client;
}
