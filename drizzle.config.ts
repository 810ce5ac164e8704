import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'sqlite',
  casing: 'snake_case',
  schema: './db/sqlite/schema.ts',
  out: './db/sqlite/migrations',
});
