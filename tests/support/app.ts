/** The app in this process: real handlers, a real SQLite file, real bcrypt threads, and a clock that tests move. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '#db/index.ts';
import { parseServerSettings } from '#lib/core/settings.ts';
import { type Container, createContainer, setContainer } from '#lib/server/container.ts';
import { testEnvironment } from './environment.ts';

export interface TestApp {
  deps: Container;
  clock: { now: Date; advance(seconds: number): void };
  close(): Promise<void>;
}

export async function startApp(changes: Record<string, string> = {}): Promise<TestApp> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-app-'));
  const parsed = parseServerSettings(testEnvironment({ DATABASE_URL: `file:${join(folder, 'test.db')}`, ...changes }));
  if (!parsed.ok) throw new Error(parsed.problems.join('; '));
  const clock = {
    now: new Date('2026-11-23T12:00:00Z'),
    advance(seconds: number) {
      clock.now = new Date(clock.now.getTime() + seconds * 1000);
    },
  };
  await migrate(parsed.settings.DATABASE_URL);
  const deps = await createContainer(parsed.settings, () => clock.now);
  setContainer(deps);
  return {
    deps,
    clock,
    async close() {
      await Promise.all([deps.hasher.close(), deps.store.close()]);
      rmSync(folder, { recursive: true });
    },
  };
}
