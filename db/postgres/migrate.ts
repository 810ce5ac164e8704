import { readMigrations } from '#db/queries/migration-files.ts';
import { databaseWaitSeconds } from '#lib/core/policy.ts';
import { type Connection, postgresClient } from './client.ts';

/** A number of ours among the server's advisory locks: whoever holds it migrates, and the others wait. */
const lock = 1_819_567_723;

/** How long a migration may take, and the wait for one that another instance makes. */
const migrationSeconds = 3600;

/** Applies what is missing, all or nothing, and tells how many that were. Any number of instances may do the same at once. */
export async function migratePostgres(url: string, migrations = readMigrations('postgres')): Promise<number> {
  const client = postgresClient(url, {
    connections: 1,
    waitSeconds: databaseWaitSeconds,
    workSeconds: migrationSeconds,
  });
  try {
    return await client.use(async ({ client: connection }) => {
      await connection.query('BEGIN ISOLATION LEVEL READ COMMITTED');
      await connection.query('SELECT pg_advisory_xact_lock($1)', [lock]);
      const last = await lastApplied(connection);
      const missing = migrations.filter(({ folderMillis }) => folderMillis > last);
      for (const { sql, hash, folderMillis } of missing) {
        for (const statement of sql) await connection.query(statement);
        await connection.query('INSERT INTO __drizzle_migrations (hash, created_at) VALUES ($1, $2)', [
          hash,
          folderMillis,
        ]);
      }
      await connection.query('COMMIT');
      return missing.length;
    });
  } finally {
    await client.close();
  }
}

/** When the newest migration of this database was made. Throws when there was none. */
export async function appliedUpTo({ client }: Pick<Connection, 'client'>): Promise<number> {
  const { rows } = await client.query<{ last: string | null }>(
    'SELECT max(created_at) AS last FROM __drizzle_migrations',
  );
  return Number(rows[0]?.last ?? 0);
}

/** Keeps drizzle's own table of migrations. It is made only where it is missing: a role may be allowed no more than to use it. */
async function lastApplied(client: Connection['client']): Promise<number> {
  const { rows } = await client.query("SELECT to_regclass('__drizzle_migrations') IS NOT NULL AS known");
  if (rows[0]?.known) return appliedUpTo({ client });
  await client.query(
    'CREATE TABLE __drizzle_migrations (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint)',
  );
  return 0;
}
