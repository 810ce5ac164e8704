/** One PostgreSQL for all the tests of a run that ask for it. Each new database on it is migrated, since its template is. */
import type { TestProject } from 'vitest/node';
import { migrate } from '#db/index.ts';
import { startPostgres } from './postgres-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL from which databases are made. */
    postgres: string;
  }
}

export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres();
  await migrate(server.urlOf('template1'));
  provide('postgres', server.urlOf('postgres'));
  return () => server.stop();
}
