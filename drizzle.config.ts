/**
 * Settings of `npx drizzle-kit generate`, which writes a migration for SQLite. With `DATABASE_URL=postgres:` in front
 * it writes PostgreSQL's. With `FEATURE=tasks` it writes one for a feature that has its tables and migrations in a
 * folder of its own.
 */
import { defineConfig } from 'drizzle-kit';

const isPostgres = /^postgres(ql)?:/.test(process.env.DATABASE_URL ?? '');
const folder = ['./db', isPostgres ? 'postgres' : 'sqlite', process.env.FEATURE].filter(Boolean).join('/');

export default defineConfig({
  dialect: isPostgres ? 'postgresql' : 'sqlite',
  casing: 'snake_case',
  schema: `${folder}/*schema.ts`,
  out: `${folder}/migrations`,
});
