/** A process that holds a SQLite file's write lock until it is told to let go. Argument: the path. */
import Database from 'better-sqlite3';

const database = new Database(process.argv[2]);
database.exec('BEGIN IMMEDIATE');
process.once('message', () => {
  database.exec('ROLLBACK');
  database.close();
  process.disconnect();
});
process.send?.('locked');
