/** How SQLite finds what a statement names, where that is what keeps it fast. */
import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { Query } from '#db/queries/executor.ts';
import { purgeQueries } from '#db/queries/purge.ts';
import { type PurgeKind, purgeKinds } from '#db/rows.ts';
import { sqliteClient } from '#db/sqlite/client.ts';
import { sqliteExecutor } from '#db/sqlite/executor.ts';
import { openSqliteStore } from '#db/sqlite/store.ts';
import { registered } from './fixtures.ts';
import { migratedFile } from './sqlite-files.ts';

/** The deletion of a kind, as it would be sent. */
async function deletionOf(kind: PurgeKind, path: string): Promise<string> {
  const sent: string[] = [];
  const client = sqliteClient(path, 0);
  const executor = sqliteExecutor(client);
  const { purge } = purgeQueries({
    ...executor,
    async run<Row>(build: Parameters<typeof executor.run<Row>>[0]) {
      await client.use(({ db }) => sent.push(statementOf(build(db))));
      return [];
    },
  });
  await purge(kind, new Date(0), 1);
  client.close();
  return sent.join();
}

function statementOf(query: Query<unknown>): string {
  if (!('toSQL' in query) || typeof query.toSQL !== 'function') throw new Error('No statement of drizzle.');
  return query.toSQL().sql;
}

/** `ANALYZE` of a large file in which nothing is old yet. */
function pretendToHaveAnalyzed(path: string): void {
  const file = new Database(path);
  file.exec('ANALYZE');
  const ofMany = "UPDATE sqlite_stat1 SET stat = '1000000' || substr(stat, instr(stat, ' ')) WHERE stat NOT LIKE '0 %'";
  file.exec(`DELETE FROM sqlite_stat4; ${ofMany}`);
  file.close();
}

// Without an index there is one way only.
const indexed = purgeKinds.filter((kind) => kind !== 'password_resets');

test.each(indexed)(
  'a batch of %s is reached by its keys, even where the statistics know of nothing old',
  async (kind) => {
    const { path, folder } = await migratedFile();
    const store = openSqliteStore(path);
    await registered(store);
    await store.close();
    pretendToHaveAnalyzed(path);
    const file = new Database(path);
    const plan = file.prepare(`EXPLAIN QUERY PLAN ${await deletionOf(kind, path)}`).all(0, 0, 1);
    file.close();
    rmSync(folder, { recursive: true });
    const byKey = expect.stringMatching(/^SEARCH \w+ USING INDEX sqlite_autoindex_\w+_1 /);
    expect(plan[0]).toMatchObject({ parent: 0, detail: byKey });
  },
);
