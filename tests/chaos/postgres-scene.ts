/** A PostgreSQL of its own, which may be restarted at any time. */
import { startPostgres } from '#tests/support/postgres-server.ts';
import type { Ledger } from './ledger.ts';
import type { Scene } from './phase.ts';

export async function postgresScene(ledger: Ledger): Promise<Scene> {
  const server = await startPostgres();
  return {
    databaseUrl: server.urlOf('postgres'),
    faults: [
      async () => {
        await server.restart();
        ledger.count('restarted');
      },
      async () => {
        await server.restart('crash');
        ledger.count('crashed');
      },
    ],
    stop: server.stop,
  };
}
