/** Fills a SQLite file. It runs in a thread, so that PostgreSQL can be filled at the same time. */
import { workerData } from 'node:worker_threads';
import Sqlite from 'better-sqlite3';

const { file, statements }: { file: string; statements: string[] } = workerData;
const client = new Sqlite(file);
// Without WAL a new page is written once. The app switches WAL on again.
for (const setting of ['journal_mode = DELETE', 'synchronous = OFF', 'foreign_keys = OFF', 'cache_size = -2000000'])
  client.pragma(setting);
for (const statement of statements) client.exec(statement);
client.exec('ANALYZE');
client.close();
