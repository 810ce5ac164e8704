/** The app in this process: real handlers, a real database, real bcrypt threads, and a clock that tests move. */
import { migrate } from '#db/index.ts';
import { parseServerSettings } from '#lib/core/settings.ts';
import { type Container, createContainer, setContainer } from '#lib/server/container.ts';
import { newDatabase } from './database.ts';
import { testEnvironment } from './environment.ts';

export interface TestApp {
  deps: Container;
  clock: { now: Date; advance(seconds: number): void };
  /** The process ends and another starts on the same database, with these settings. */
  restart(changes: Record<string, string>): Promise<void>;
  close(): Promise<void>;
}

export async function startApp(changes: Record<string, string> = {}): Promise<TestApp> {
  const database = await newDatabase();
  const clock = {
    now: new Date('2026-11-23T12:00:00Z'),
    advance(seconds: number) {
      clock.now = new Date(clock.now.getTime() + seconds * 1000);
    },
  };
  const start = async (settings: Record<string, string>) => {
    const environment = testEnvironment({ DATABASE_URL: database.url, ...settings });
    const parsed = parseServerSettings(environment);
    if (!parsed.ok) throw new Error(parsed.problems.join('; '));
    await migrate(parsed.settings.DATABASE_URL);
    const deps = await createContainer(parsed.settings, () => clock.now);
    setContainer(deps);
    return deps;
  };
  const end = ({ hasher, store }: Container) => Promise.all([hasher.close(), store.close()]);
  const app: TestApp = {
    deps: await start(changes),
    clock,
    async restart(settings) {
      await end(app.deps);
      app.deps = await start({ ...changes, ...settings });
    },
    async close() {
      await end(app.deps);
      await database.close();
    },
  };
  return app;
}
