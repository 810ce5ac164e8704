import type { MigrationSet } from '#db/queries/migration-files.ts';

/** The sets with one migration more in the first of them, as a later release might bring it. */
export function withOneMore([core, ...others]: MigrationSet[], sql: string[]): MigrationSet[] {
  if (!core) throw new Error('There are no migrations.');
  const folderMillis = (core.migrations.at(-1)?.folderMillis ?? 0) + 1;
  return [{ ...core, migrations: [...core.migrations, { sql, folderMillis, hash: 'next', bps: true }] }, ...others];
}

/** The sets as a release had them, when the first of them had `count` migrations. */
export function firstOf([core, ...others]: MigrationSet[], count: number): MigrationSet[] {
  if (!core) throw new Error('There are no migrations.');
  return [{ ...core, migrations: core.migrations.slice(0, count) }, ...others];
}

/** Statements that write a person from before there was mail, with a link to set the password. */
export const rowsBeforeMail = [
  "INSERT INTO users (id, email, name, password_hash, credential_version, epoch, created_at) VALUES ('user-1', 'ada@example.org', 'Ada', 'hash-0', 2, 3, 1795000000000)",
  "INSERT INTO events VALUES ('event-1', 'user-1', NULL, 'signed_up', 1795000000000, NULL, NULL)",
  "INSERT INTO one_time_links VALUES ('user-1', 'password_reset', 'a hash', 1795000000000)",
];
/** That person since then. */
export const userBeforeMail = {
  ...{
    id: 'user-1',
    email: 'ada@example.org',
    emailVerifiedAt: null,
    emailVouched: false,
    name: 'Ada',
    passwordHash: 'hash-0',
  },
  ...{ deletesAt: null, twoStep: false },
  ...{ credentialVersion: 2, epoch: 3, createdAt: new Date(1795000000000) },
};
