/** The app in this process: real handlers, a real database, bcrypt on threads at its lowest cost, and a clock that tests move. */
import { migrate } from '#db/index.ts';
import { parseServerSettings } from '#lib/core/settings.ts';
import { type PasswordHasher, passwordHasher } from '#lib/server/crypto/password-hasher.ts';
import { type Container, createContainer, setContainer } from '#lib/server/runtime/container.ts';
import { newDatabase } from './database.ts';
import { testEnvironment } from './environment.ts';

export interface TestApp {
  deps: Container;
  clock: { now: Date; advance(seconds: number): void };
  /** The process ends and another starts on the same database, with these settings. */
  restart(changes: Record<string, string>): Promise<void>;
  close(): Promise<void>;
}

/** Keeps a hasher for each cost: apps share its threads, which take longer to start than most tests do. */
const hashers = new Map<number, PasswordHasher>();

/** Picks a hasher: of the cost that a test names in its settings, else of 4, which takes a millisecond. */
function hasherOf(settings: Record<string, string>): PasswordHasher {
  const cost = Number(settings.BCRYPT_COST ?? 4);
  const hasher = hashers.get(cost) ?? passwordHasher(cost, 2);
  hashers.set(cost, hasher);
  return hasher;
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
    // What a test changes about it is its own.
    deps.hasher = Object.create(hasherOf(settings));
    setContainer(deps);
    return deps;
  };
  const end = ({ store }: Container) => store.close();
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
