import Database from 'better-sqlite3';

/** The file with the settings that the app uses. */
export function openDatabase(url: string): Database.Database {
  const client = new Database(url.replace(/^file:/, ''));
  client.pragma('journal_mode = WAL');
  client.pragma('synchronous = FULL');
  client.pragma('foreign_keys = ON');
  return client;
}
