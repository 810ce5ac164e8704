/** A process that holds a SQLite file's write lock until it is told to let go. Argument: the path. */
import Database from 'better-sqlite3';

const client = new Database(process.argv[2]);
client.exec('BEGIN IMMEDIATE');
process.once('message', () => {
  client.exec('ROLLBACK');
  client.close();
  process.disconnect();
});
process.send?.('locked');
