/** Opens the app on a database, in this process. */
import { randomInt } from 'node:crypto';
import { parseServerSettings } from '../../lib/core/settings.ts';
import { createContainer } from '../../lib/server/runtime/container.ts';
import { testEnvironment } from '../../tests/support/environment.ts';
import type { Population } from './operations.ts';

/** Makes the container of `npm start` on a database with `users` people. */
export async function openPopulation(
  url: string,
  users: number,
  settings: Record<string, string> = {},
): Promise<Population> {
  const parsed = parseServerSettings(testEnvironment({ DATABASE_URL: url, ...settings }));
  if (!parsed.ok) throw new Error(parsed.problems.join('; '));
  return { users, deps: await createContainer(parsed.settings), pick: randomInt };
}
