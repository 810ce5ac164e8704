/** Two people with all that an account can have. Requests are made in Ann's name or nobody's; Bob must never notice. */
import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Beginning } from '#db/store/sessions.ts';
import { throwAwayAgent } from '#lib/core/demo/throw-away.ts';
import { passwordHasher } from '#lib/server/crypto/password-hasher.ts';
import { newResetLink } from '#lib/server/passwords/reset.ts';
import { beginSession } from '#lib/server/sessions/begin.ts';
import { issueFirst } from '#lib/server/sessions/issue.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { testEnvironment } from '#tests/support/environment.ts';

export interface Person {
  id: string;
  email: string;
  name: string;
  password: string;
  /** The three tokens of the session that asks. */
  tokens: { access: string; refresh: string; session: string };
  sessionId: string;
  otherSessionId: string;
  throwAwayId: string;
  taskId: string;
  title: string;
  resetToken: string;
}
export type TokenKind = keyof Person['tokens'];

const tables = ['users', 'sessions', 'tasks', 'idempotency_keys', 'one_time_links', 'events'] as const;
/** What is stored of a person, by table. */
export type Rows = Record<(typeof tables)[number], string>;

export interface World {
  app: TestApp;
  ann: Person;
  bob: Person;
  /** Of another app. */
  strangersKey: KeyObject;
  /** Ann as she was at first, and nobody but Bob beside her. */
  renew(): Promise<void>;
  rows(person: Person): Rows;
  countUsers(): number;
  /** Nobody but the server may see any of these. */
  secrets(): string[];
  close(): Promise<void>;
}

const passwords = { ann: 'seven unrelated words of ann', bob: 'seven unrelated words of bob' };
const ownSecrets = [
  testEnvironment().AUTH_SECRET,
  testEnvironment().SESSION_SECRET,
  JSON.parse(testEnvironment().ACCESS_TOKEN_KEYS).keys[0].d,
];
let people = 0;

/** Somebody who has signed in twice, has robbed a session on the demo page, made a task, and asked for a new password. */
async function newPerson({ deps }: TestApp, who: 'ann' | 'bob', passwordHash: string): Promise<Person> {
  const { store, env } = deps;
  const [number, now, id, taskId] = [++people, deps.clock(), randomUUID(), randomUUID()];
  const [email, name, title] = [
    `${who}-${number}@example.org`,
    `${who} ${number} of the fuzz`,
    `A title of ${who} ${number}`,
  ];
  const user = { id, email, name, passwordHash, createdAt: now };
  const begin = async (userAgent: string, on: Beginning) => {
    const requester = { userAgent, ip: '198.51.100.7' };
    const begun = await beginSession(deps, { userId: id, on, event: 'signed_in', persistent: false, requester });
    if (!begun) throw new Error('A session was refused.');
    return begun;
  };
  const session = await begin('First', { kind: 'new_account', user });
  const shown = { credentialVersion: 0, epoch: 0 };
  const other = await begin('Second', { kind: 'credentials', shown });
  const throwAway = await begin(throwAwayAgent, { kind: 'credentials', shown });
  // So that reading writes nothing from now on.
  await store.confirm(session.id, 0, now, new Date(now.getTime() + env.SESSION_IDLE_SECONDS * 1000));
  const written = { createdAt: now, updatedAt: now };
  await store.createTask(
    { id: taskId, userId: id, title, description: '', deadline: null, completed: false, ...written },
    null,
  );
  const [, resetToken = ''] = (await newResetLink(deps, id)).split('#');
  const { body, cookies } = await issueFirst(deps, session, user);
  const tokens = { access: body.access_token, refresh: cookies.refreshToken, session: cookies.pageSession };
  const ids = { id, taskId, sessionId: session.id, otherSessionId: other.id, throwAwayId: throwAway.id };
  return { ...ids, email, name, title, password: passwords[who], resetToken, tokens };
}

export async function openWorld(settings: Record<string, string>): Promise<World> {
  // In memory where there is such a folder: every write waits for the disk otherwise.
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'latchkey-fuzz-'));
  const app = await startApp({ DATABASE_URL: `file:${join(folder, 'test.db')}`, ...settings });
  app.clock.now = new Date();
  // bcrypt as ever, at its lowest cost: it leaves time for more cases.
  await app.deps.hasher.close();
  app.deps.hasher = passwordHasher(4, 1);
  const hashes = { ann: await app.deps.hasher.hash(passwords.ann), bob: await app.deps.hasher.hash(passwords.bob) };
  const database = new Database(app.deps.env.DATABASE_URL.replace(/^file:/, ''));
  database.pragma('foreign_keys = ON');
  const select = tables.map((table) => {
    const columns = table === 'sessions' ? '*, hex(seed) AS seed' : '*';
    const owner = table === 'users' ? 'id' : 'user_id';
    // Anybody may try a password: the owner's log says so, and nothing else changes.
    const but = table === 'events' ? "AND type NOT IN ('sign_in_failed', 'limit_reached')" : '';
    return [table, database.prepare(`SELECT ${columns} FROM ${table} WHERE ${owner} = ? ${but} ORDER BY 1`)] as const;
  });
  const others = database.prepare('DELETE FROM users WHERE id != ?');
  const hidden = database
    .prepare('SELECT password_hash FROM users WHERE id = ? UNION SELECT hex(seed) FROM sessions WHERE user_id = ?')
    .pluck();
  const hiddenOf = ({ id }: Person) => hidden.all(id, id).map(String);
  const count = database.prepare('SELECT count(*) FROM users').pluck();
  const bob = await newPerson(app, 'bob', hashes.bob);
  const world: World = {
    app,
    bob,
    ann: await newPerson(app, 'ann', hashes.ann),
    strangersKey: generateKeyPairSync('ed25519').privateKey,
    async renew() {
      others.run(bob.id);
      world.ann = await newPerson(app, 'ann', hashes.ann);
    },
    rows: ({ id }) => Object.fromEntries(select.map(([table, rows]) => [table, JSON.stringify(rows.all(id))])) as Rows,
    countUsers: () => Number(count.get()),
    secrets: () => [...ownSecrets, ...hiddenOf(world.ann), ...hiddenOf(bob)].flatMap(spellings),
    async close() {
      database.close();
      await app.close();
      rmSync(folder, { recursive: true });
    },
  };
  return world;
}

/** A seed comes as hex. */
function spellings(secret: string): string[] {
  if (!/^[\dA-F]{64}$/.test(secret)) return [secret];
  const bytes = Buffer.from(secret, 'hex');
  return [secret, secret.toLowerCase(), bytes.toString('base64'), bytes.toString('base64url')];
}
