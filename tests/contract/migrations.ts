import type { MigrationSet } from '#db/queries/migration-files.ts';

/** The sets with one migration more in the first of them, as a later release might bring it. */
export function withOneMore([core, ...others]: MigrationSet[], sql: string[]): MigrationSet[] {
  if (!core) throw new Error('There are no migrations.');
  const folderMillis = (core.migrations.at(-1)?.folderMillis ?? 0) + 1;
  return [{ ...core, migrations: [...core.migrations, { sql, folderMillis, hash: 'next', bps: true }] }, ...others];
}
