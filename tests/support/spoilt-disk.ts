import { expect } from 'vitest';
import { queries } from '#db/queries/queries.ts';
import { sqliteExecutor } from '#db/sqlite/executor.ts';
import { sqliteFile } from '#db/sqlite/file.ts';
import type { TestApp } from './app.ts';

export interface SpoiltDisk {
  /** Makes the next write fail as SQLite fails where `pragma` holds. The fault goes away with the connection that met it. */
  spoil(pragma: string): Promise<unknown>;
  close(): void;
}

/** Puts a connection that can be spoilt in the place of the app's. */
export function spoiltDisk({ deps }: TestApp): SpoiltDisk {
  const file = sqliteFile(deps.env.DATABASE_URL.replace(/^file:/, ''), 0.1);
  Object.assign(deps.store, queries(sqliteExecutor(file)));
  return { spoil: (pragma) => file.use(({ sqlite }) => sqlite.pragma(pragma)), close: () => file.close() };
}

/** Expects to be told to come again soon, and no cookie. */
export async function expectBusy(response: Response): Promise<void> {
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
  expect(response.headers.getSetCookie()).toEqual([]);
  expect(await response.json()).toMatchObject({ error: 'temporarily_unavailable' });
}
