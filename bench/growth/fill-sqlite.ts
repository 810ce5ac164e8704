/** A thread that fills a SQLite file, so that PostgreSQL may be filled meanwhile. */
import { workerData } from 'node:worker_threads';
import Sqlite from 'better-sqlite3';

const { file, statements }: { file: string; statements: string[] } = workerData;
const client = new Sqlite(file);
// Without WAL a new page is written once. The app puts it back.
for (const setting of ['journal_mode = DELETE', 'synchronous = OFF', 'foreign_keys = OFF', 'cache_size = -2000000'])
  client.pragma(setting);
for (const statement of statements) client.exec(statement);
client.exec('ANALYZE');
client.close();
