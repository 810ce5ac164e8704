/** Instances of the app on one database and one clock: as many as the settings ask for, made by the composition root. */
import { openStore } from '#db/index.ts';
import type { Store } from '#db/store/store.ts';
import { parseServerSettings } from '#lib/core/settings.ts';
import type { PasswordHasher } from '#lib/server/crypto/password-hasher.ts';
import { refreshTokens } from '#lib/server/crypto/refresh-token.ts';
import { type Container, createContainer } from '#lib/server/runtime/container.ts';
import { testEnvironment } from '#tests/support/environment.ts';
import type { Rules } from './oracle.ts';

export const rules: Rules = { graceMs: 10_000, idleMs: 60_000, maxMs: 300_000 };

const secrets = { a: 'Zk3v9QmX7rT1wLc5Yh8NbJ2dKf6GpS4A-tests-only', b: 'h4Tz8WqLx1VnRb6YcM3kPs9JdG2fUa7E-tests-only' };
export type Key = keyof typeof secrets;
const kids = new Map(Object.entries(secrets).map(([key, secret]) => [refreshTokens([secret]).newestKid, key]));

/** The name of the key that a refresh token was written with. */
export function keyOf(token: string): string {
  return kids.get(token.split('.')[1] ?? '') ?? 'unknown';
}

/** Takes no time: what is shown here begins after the comparison, and thousands of them are made. */
const hasher: PasswordHasher = {
  hash: async (password) => hashOf(password),
  compare: async (password, hash) => hash === hashOf(password),
  isOutdated: () => false,
  waiting: 0,
  close: async () => {},
};
export const hashOf = (password: string) => `hash of ${password}`;

export interface Fleet {
  clock: { now: number };
  /** One that has never seen a session is what a process that was just started is to it. */
  instance(settings: { keys: Key[]; appEpoch: number }, index: number): Promise<Container>;
  close(): Promise<void>;
}

const instances = 3;

/** On a migrated database. */
export async function openFleet(databaseUrl: string): Promise<Fleet> {
  const clock = { now: 0 };
  const stores: Store[] = [];
  for (let index = 0; index < instances; index++) stores.push(await openStore(databaseUrl));
  const made = new Map<string, Promise<Container>>();

  async function make(settings: { keys: Key[]; appEpoch: number }, store: Store | undefined): Promise<Container> {
    const parsed = parseServerSettings(
      testEnvironment({
        DATABASE_URL: databaseUrl,
        AUTH_SECRET: settings.keys.map((key) => secrets[key]).join(),
        AUTH_EPOCH: String(settings.appEpoch),
        REFRESH_GRACE_SECONDS: String(rules.graceMs / 1000),
        SESSION_IDLE_SECONDS: String(rules.idleMs / 1000),
        SESSION_MAX_SECONDS: String(rules.maxMs / 1000),
        // Longer than any session: what is shown is the row's word, not the token's.
        ACCESS_TTL_SECONDS: '3600',
        RATE_LIMITS: 'off',
      }),
    );
    if (!parsed.ok || !store) throw new Error(`No instance: ${parsed.ok ? 'no store' : parsed.problems.join('; ')}`);
    const container = await createContainer(parsed.settings, () => new Date(clock.now));
    await Promise.all([container.store.close(), container.hasher.close()]);
    return { ...container, store, hasher };
  }

  return {
    clock,
    instance(settings, index) {
      const at = index % instances;
      const key = JSON.stringify([settings, at]);
      const container = made.get(key) ?? make(settings, stores[at]);
      made.set(key, container);
      return container;
    },
    async close() {
      await Promise.all(stores.map((store) => store.close()));
    },
  };
}
