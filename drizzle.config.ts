/**
 * `npx drizzle-kit generate` writes SQLite's migrations; with DATABASE_URL=postgres: in front, PostgreSQL's; with FEATURE=tasks,
 * those of a feature whose tables have a folder of their own.
 */
import { defineConfig } from 'drizzle-kit';

const isPostgres = /^postgres(ql)?:/.test(process.env.DATABASE_URL ?? '');
const folder = ['./db', isPostgres ? 'postgres' : 'sqlite', process.env.FEATURE].filter(Boolean).join('/');

export default defineConfig({
  dialect: isPostgres ? 'postgresql' : 'sqlite',
  casing: 'snake_case',
  schema: `${folder}/schema.ts`,
  out: `${folder}/migrations`,
});
