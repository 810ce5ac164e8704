import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { insertUser, notVerified } from '#db/queries/accounts.ts';
import type { Db, Executor } from '#db/queries/executor.ts';
import { aUser } from './fixtures.ts';

interface Opened {
  executor: Executor;
  close(): Promise<void>;
}

/** What every dialect does with a batch that has several conditions. `open` gives an empty, migrated database to each test. */
export function batchContract(name: string, open: () => Promise<Opened>): void {
  describe(`a batch with several conditions on ${name}`, () => {
    let opened: Opened;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    const users = () => opened.executor.tables.users;
    const add = (db: Db, id: string, email = `${id}@example.org`) =>
      insertUser(db, opened.executor.tables, aUser({ id, email }), notVerified);
    const rename = (db: Db, id: string) =>
      db.update(users()).set({ name: 'Renamed' }).where(eq(users().id, id)).returning({ id: users().id });
    const batch = (...writes: Parameters<Executor['batchOfAll']>) => opened.executor.batchOfAll(...writes);
    async function stored(): Promise<string[]> {
      const rows = await opened.executor.run((db) => db.select().from(users()).orderBy(users().id));
      return rows.map((user) => `${user.id}: ${user.name}`);
    }

    test('writes all where each has an effect', async () => {
      const hits = await batch(
        (db) => [add(db, 'a'), rename(db, 'a')],
        (db) => [add(db, 'b')],
      );
      expect([hits, await stored()]).toEqual([2, ['a: Renamed', 'b: Ada']]);
    });

    test('is undone where a later one has none, and says how many had one', async () => {
      const hits = await batch(
        (db) => [add(db, 'a'), rename(db, 'a'), rename(db, 'nobody'), add(db, 'c')],
        (db) => [add(db, 'b')],
      );
      expect([hits, await stored()]).toEqual([2, []]);
    });

    test('writes nothing where the first has none', async () => {
      const hits = await batch(
        (db) => [rename(db, 'nobody'), add(db, 'a')],
        (db) => [add(db, 'b')],
      );
      expect([hits, await stored()]).toEqual([0, []]);
    });

    test('is undone where a write fails, and the next one works', async () => {
      const failing = batch(
        (db) => [add(db, 'a')],
        (db) => [add(db, 'b'), add(db, 'b', 'other@example.org')],
      );
      await expect(failing).rejects.toMatchObject({ name: 'DatabaseError' });
      expect(await stored()).toEqual([]);
      const hits = await batch(
        (db) => [add(db, 'a')],
        () => [],
      );
      expect([hits, await stored()]).toEqual([1, ['a: Ada']]);
    });
  });
}
