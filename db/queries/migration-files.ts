import { join } from 'node:path';
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator';

/** Migrations that go together, and the table in which a database remembers those that it has. */
export interface MigrationSet {
  journal: string;
  /** The oldest first. */
  migrations: MigrationMeta[];
}

/** Each feature that can be taken out has a set of its own: its migrations and ours never meet in one journal. */
const sets = [
  { folder: 'migrations', journal: '__drizzle_migrations' },
  { folder: 'tasks/migrations', journal: '__drizzle_migrations_tasks' }, // tasks
];

/** Reads the migrations of a dialect, as drizzle-kit wrote them, in the order in which the sets are applied. */
export function readMigrations(dialect: 'sqlite' | 'postgres'): MigrationSet[] {
  return sets.map(({ folder, journal }) => {
    // In a bundle import.meta.url is not this file, so the folder is found from where the server starts.
    const migrationsFolder = join(/* turbopackIgnore: true */ process.cwd(), 'db', dialect, folder);
    return { journal, migrations: readMigrationFiles({ migrationsFolder }) };
  });
}

/** Those of a set that a database still lacks: made later than `last`, the newest that it has. */
export function missingOf({ migrations }: MigrationSet, last: number): MigrationMeta[] {
  return migrations.filter(({ folderMillis }) => folderMillis > last);
}
