import { join } from 'node:path';
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator';

/** The migrations of a dialect, as drizzle-kit wrote them, the oldest first. */
export function readMigrations(dialect: 'sqlite' | 'postgres'): MigrationMeta[] {
  // In a bundle import.meta.url is not this file, so the folder is found from where the server starts.
  const migrationsFolder = join(/* turbopackIgnore: true */ process.cwd(), `db/${dialect}/migrations`);
  return readMigrationFiles({ migrationsFolder });
}

/** When the newest of them was made. A database answers as much, or more, once it has all of them. */
export function newestOf(migrations: MigrationMeta[]): number {
  return migrations.at(-1)?.folderMillis ?? 0;
}
