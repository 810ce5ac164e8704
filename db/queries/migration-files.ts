import { join } from 'node:path';
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator';

/** The migrations of one folder, oldest first. */
export interface MigrationSet {
  /** Table in which a database lists those that it has. */
  journal: string;
  migrations: MigrationMeta[];
}

/**
 * Lists the folders of each dialect, in the order in which they are applied. A feature that can be taken out has a
 * folder and a journal of its own, so that its migrations and the others never stand in one sequence.
 */
const sets = [
  { folder: 'migrations', journal: '__drizzle_migrations' },
  { folder: 'tasks/migrations', journal: '__drizzle_migrations_tasks' }, // tasks
];

/** Reads a dialect's migrations, as drizzle-kit wrote them, from the working directory. */
export function readMigrations(dialect: 'sqlite' | 'postgres'): MigrationSet[] {
  return sets.map(({ folder, journal }) => {
    // In a bundle import.meta.url is not this file, so the folder is found from where the server starts.
    const migrationsFolder = join(/* turbopackIgnore: true */ process.cwd(), 'db', dialect, folder);
    return { journal, migrations: readMigrationFiles({ migrationsFolder }) };
  });
}

/** Returns the migrations of a set that were made after `time`, in milliseconds since 1970. */
export function migrationsAfter(time: number, { migrations }: MigrationSet): MigrationMeta[] {
  return migrations.filter(({ folderMillis }) => folderMillis > time);
}
