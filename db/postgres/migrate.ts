import {
  type Account,
  accountsWithLetters,
  asciiDomainsMadeAt,
  requireNoMeeting,
  withAsciiDomains,
} from '#db/queries/ascii-domains.ts';
import { type MigrationSet, migrationsAfter, readMigrations } from '#db/queries/migration-files.ts';
import { databaseWaitSeconds } from '#lib/core/policy.ts';
import { type Connection, postgresPool } from './pool.ts';

/** Number of our lock among the server's advisory locks. The instance that holds it migrates; the others wait. */
const lock = 1_819_567_723;

/** Limits how long a migration may take, and how long to wait for one that another instance makes. */
const migrationSeconds = 3600;

/**
 * Applies the migrations that the database lacks, all of them or none. Returns how many it applied. Any number of
 * instances may do the same at once.
 */
export async function migratePostgres(url: string, sets = readMigrations('postgres')): Promise<number> {
  const pool = postgresPool(url, {
    connections: 1,
    waitSeconds: databaseWaitSeconds,
    workSeconds: migrationSeconds,
  });
  try {
    return await pool.use(async ({ client }) => {
      await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
      await client.query('SELECT pg_advisory_xact_lock($1)', [lock]);
      let applied = 0;
      for (const set of sets) applied += await applyMissing(client, set);
      await client.query('COMMIT');
      return applied;
    });
  } finally {
    await pool.close();
  }
}

/** Tells whether a database has every migration. Throws if it was never migrated. */
export async function isMigrated({ client }: Connection, sets: MigrationSet[]): Promise<boolean> {
  for (const set of sets) if (migrationsAfter(await lastApplied(client, set), set).length > 0) return false;
  return true;
}

/**
 * Applies the migrations of a set that are missing in drizzle's own table of migrations. Returns how many it applied.
 * Creates that table only if it is missing: a role may have the right to use it, but not to create one.
 */
async function applyMissing(client: Connection['client'], set: MigrationSet): Promise<number> {
  const { journal } = set;
  const { rows } = await client.query('SELECT to_regclass($1) IS NOT NULL AS known', [journal]);
  if (!rows[0]?.known)
    await client.query(`CREATE TABLE ${journal} (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint)`);
  const missing = migrationsAfter(await lastApplied(client, set), set);
  for (const { sql, hash, folderMillis } of missing) {
    for (const statement of sql) await client.query(statement);
    if (folderMillis === asciiDomainsMadeAt) await toAsciiDomains(client);
    await client.query(`INSERT INTO ${journal} (hash, created_at) VALUES ($1, $2)`, [hash, folderMillis]);
  }
  return missing.length;
}

/** Brings the domains of all addresses to ASCII. Throws `MigrationStopped` if two accounts would get one address. */
async function toAsciiDomains(client: Connection['client']): Promise<void> {
  const changed = withAsciiDomains((await client.query<Account>(accountsWithLetters)).rows);
  const emails = changed.map(({ email }) => email);
  const among = 'SELECT id, email FROM users WHERE email = ANY($1)';
  requireNoMeeting(changed, (await client.query<Account>(among, [emails])).rows);
  for (const { id, email } of changed) await client.query('UPDATE users SET email = $1 WHERE id = $2', [email, id]);
}

/** Returns when the newest applied migration of a set was made, in milliseconds since 1970; 0 if there is none. */
async function lastApplied(client: Connection['client'], { journal }: MigrationSet): Promise<number> {
  const { rows } = await client.query<{ last: string | null }>(`SELECT max(created_at) AS last FROM ${journal}`);
  return Number(rows[0]?.last ?? 0);
}
