/** `npx drizzle-kit generate` writes SQLite's migrations; with DATABASE_URL=postgres: in front, PostgreSQL's. */
import { defineConfig } from 'drizzle-kit';

const dialect = /^postgres(ql)?:/.test(process.env.DATABASE_URL ?? '') ? 'postgresql' : 'sqlite';
const folder = dialect === 'postgresql' ? 'postgres' : 'sqlite';

export default defineConfig({
  dialect,
  casing: 'snake_case',
  schema: `./db/${folder}/schema.ts`,
  out: `./db/${folder}/migrations`,
});
