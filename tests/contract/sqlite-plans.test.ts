/** How SQLite finds what a statement names, where that is what keeps it fast. */
import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { insertUser, notVerified } from '#db/queries/accounts.ts';
import { activityQueries } from '#db/queries/activity.ts';
import type { Db, Executor, Query } from '#db/queries/executor.ts';
import { insertNotice, insertNotices, mailQueries } from '#db/queries/mails.ts';
import { purgeQueries } from '#db/queries/purge.ts';
import { sqliteExecutor } from '#db/sqlite/executor.ts';
import { sqliteFile } from '#db/sqlite/file.ts';
import { openSqliteStore } from '#db/sqlite/store.ts';
import { type PurgeKind, purgeKinds } from '#db/store/purge.ts';
import { aClaimedMail, aLink, anEvent, aUser, now, registered } from './fixtures.ts';
import { migratedFile } from './sqlite-files.ts';

/** The deletion of a kind, as it would be sent. */
async function deletionOf(kind: PurgeKind, path: string): Promise<string> {
  const sent: string[] = [];
  const opened = sqliteFile(path, 0);
  const executor = sqliteExecutor(opened);
  const { purge } = purgeQueries({
    ...executor,
    async run<Row>(build: Parameters<typeof executor.run<Row>>[0]) {
      await opened.use(({ db }) => sent.push(sentBy(build(db)).sql));
      return [];
    },
  });
  await purge(kind, new Date(0), 1);
  opened.close();
  return sent.join();
}

function sentBy(query: Query<unknown>): { sql: string; params: unknown[] } {
  if (!('toSQL' in query) || typeof query.toSQL !== 'function') throw new Error('No statement of drizzle.');
  return query.toSQL();
}

/** How SQLite would find the rows of a statement that the outbox asks, in a file whose statistics know of a million mails. */
async function planOf(build: (executor: Executor, db: Db) => Query<unknown>): Promise<string[]> {
  const { path, folder } = await migratedFile();
  const store = openSqliteStore(path);
  const { user } = await registered(store);
  await aClaimedMail(store, { recipient: user.email });
  await store.addOperatorLink(aLink(user.id));
  await store.setPassword(user.id, 'hash-1', anEvent(user.id, { type: 'password_reset', noticeId: 'a notice' }));
  await store.close();
  pretendToHaveAnalyzed(path);
  const opened = sqliteFile(path, 0);
  const plan = await opened.use(({ sqlite, db }) => {
    const { sql, params } = sentBy(build(sqliteExecutor(opened), db));
    return sqlite.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...params.map(() => 0));
  });
  opened.close();
  rmSync(folder, { recursive: true });
  return plan.map(({ detail }) => detail);
}

/** `ANALYZE` of a large file in which nothing is old yet. */
function pretendToHaveAnalyzed(path: string): void {
  const file = new Database(path);
  file.exec('ANALYZE');
  const ofMany = "UPDATE sqlite_stat1 SET stat = '1000000' || substr(stat, instr(stat, ' ')) WHERE stat NOT LIKE '0 %'";
  file.exec(`DELETE FROM sqlite_stat4; ${ofMany}`);
  file.close();
}

test.each(purgeKinds)(
  'a batch of %s is reached by its keys, even where the statistics know of nothing old',
  async (kind) => {
    const { path, folder } = await migratedFile();
    const store = openSqliteStore(path);
    await registered(store);
    await store.close();
    pretendToHaveAnalyzed(path);
    const deletion = await deletionOf(kind, path);
    const opened = sqliteFile(path, 0);
    const plan = await opened.use(({ sqlite }) => sqlite.prepare(`EXPLAIN QUERY PLAN ${deletion}`).all(0, 0, 1));
    opened.close();
    rmSync(folder, { recursive: true });
    const byKey = expect.stringMatching(/^SEARCH \w+ USING INDEX sqlite_autoindex_\w+_1 /);
    expect(plan[0]).toMatchObject({ parent: 0, detail: byKey });
  },
);

test('the mail that is due next is read from its index, in its order', async () => {
  const plan = await planOf((executor, db) => {
    let due: Query<unknown> | undefined;
    mailQueries({
      ...executor,
      prepare(_name, build) {
        due = build(db);
        return async () => [];
      },
    });
    if (!due) throw new Error('Nothing is prepared.');
    return due;
  });
  expect(plan).toEqual(['SEARCH mails USING INDEX mails_due (state=? AND due_at<?)']);
});

test('whether a person was told of too many events is counted in an index', async () => {
  const plan = await planOf(({ tables }, db) =>
    insertNotice(db, tables, { id: 'a notice', detail: null }, anEvent('a user', { type: 'password_reset' })),
  );
  expect(plan).toEqual([
    'SEARCH users USING INDEX sqlite_autoindex_users_1 (id=?)',
    expect.stringMatching(/^CORRELATED SCALAR SUBQUERY/),
    'SEARCH mails USING INDEX mails_of_user (user_id=? AND event_type=? AND at>?)',
  ]);
});

test('the earlier addresses of a person, and who keeps an address, are found by an index', async () => {
  const notices = await planOf(({ tables }, db) => {
    const [, kept] = insertNotices(db, tables, { id: 'a notice', detail: null }, anEvent('a user'));
    if (!kept) throw new Error('Nothing is written to earlier addresses.');
    return kept;
  });
  expect(notices[0]).toBe('SEARCH mail_links USING INDEX mail_links_of_user (user_id=? AND kind=? AND expires_at>?)');
  expect(notices.join()).not.toContain('SCAN');
  const insert = await planOf(({ tables }, db) => insertUser(db, tables, aUser(), notVerified));
  expect(insert.join()).toContain('SEARCH mail_links USING INDEX mail_links_of_email (email=?)');
  // Tables that refer to users are in the plan of every insert by SELECT. They are read only after a broken reference.
  expect(insert.join()).not.toMatch(/SCAN (users|mail_links)/);
});

test('the devices of a person are found by an index', async () => {
  const plan = await planOf((executor, db) => {
    let asked: Query<unknown> | undefined;
    activityQueries({
      ...executor,
      async run(build) {
        asked = build(db);
        return [];
      },
    }).listSignInDevices('a user', now);
    if (!asked) throw new Error('Nothing is asked.');
    return asked;
  });
  expect(plan[0]).toMatch(/^SEARCH events USING INDEX events_newest \(user_id=\? AND at>\?\)/);
});

/** The shortest of several batches, in milliseconds: what else the machine does only makes one longer. */
function shortest(work: (turn: number) => unknown): number {
  const batches = Array.from({ length: 9 }, () => {
    const start = performance.now();
    for (let turn = 0; turn < 500; turn++) work(turn);
    return performance.now() - start;
  });
  return Math.min(...batches);
}

test('a statement with a join is planned once, not for each value', async () => {
  const { path, folder } = await migratedFile();
  const opened = sqliteFile(path, 0);
  const join = 'SELECT * FROM sessions JOIN users ON users.id = sessions.user_id WHERE sessions.id = ?';
  const [ofOneValue, ofMany] = await opened.use(({ sqlite }) => {
    const [bound, free] = [sqlite.prepare(join).bind('1'), sqlite.prepare<[string]>(join)];
    return [shortest(() => bound.all()), shortest((turn) => free.all(String(turn)))];
  });
  expect(ofMany).toBeLessThan(2 * ofOneValue);
  opened.close();
  rmSync(folder, { recursive: true });
});

test('a value is what it was, whatever stands before its place, and a question mark in a text is one', async () => {
  const { path, folder } = await migratedFile();
  const opened = sqliteFile(path, 0);
  await opened.use(({ sqlite }) => {
    const row = sqlite
      .prepare(`SELECT ? a, ? b, ? c, ? d, ? e, 'what?' "really?"`)
      .get('7', 7, 1.5, Buffer.from('7'), null);
    expect(row).toEqual({ a: '7', b: 7, c: 1.5, d: Buffer.from('7'), e: null, 'really?': 'what?' });
  });
  opened.close();
  rmSync(folder, { recursive: true });
});
