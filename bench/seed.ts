/** Makes the database file that all servers get a copy of: the same people, passwords and tasks. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import bcrypt from 'bcryptjs';
import Database from 'better-sqlite3';
import { migrate } from '../db/index.ts';

export interface Person {
  id: string;
  email: string;
  /** Text at the end of each of this person's tasks, and of no one else's. */
  mark: string;
}

export interface Seed {
  file: string;
  people: Person[];
  /** Cost of the bcrypt hashes. */
  cost: number;
}

export const password = 'a few unrelated words';
const peopleCount = 1000;
const tasksEach = 10;

/** Makes the file and returns who is in it. better-auth makes its own tables, and must be installed for that. */
export async function seed(
  file: string,
  { cost, withBetterAuth }: { cost: number; withBetterAuth: boolean },
): Promise<Seed> {
  await migrate(`file:${file}`);
  if (withBetterAuth)
    execFileSync(process.execPath, [fileURLToPath(new URL('servers/better-auth/migrate.ts', import.meta.url))], {
      env: { ...process.env, DATABASE_URL: `file:${file}` },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  const client = new Database(file);
  const people = Array.from({ length: peopleCount }, (_, index) => ({
    id: randomUUID(),
    email: `person-${index}@example.org`,
    mark: `of person ${index}.`,
  }));
  const hash = bcrypt.hashSync(password, cost);
  client.transaction(() => {
    for (const person of people) {
      insertPerson(client, person, hash);
      if (withBetterAuth) insertForBetterAuth(client, person, hash);
    }
  })();
  client.close();
  return { file, people, cost };
}

function insertPerson(client: Database.Database, { id, email, mark }: Person, hash: string): void {
  const now = Date.now();
  client
    .prepare('INSERT INTO users (id, email, name, password_hash, epoch, created_at) VALUES (?, ?, ?, ?, 0, ?)')
    .run(id, email, 'Person', hash, now);
  const task = client.prepare(
    "INSERT INTO tasks (id, user_id, title, description, completed, created_at, updated_at) VALUES (?, ?, ?, '', 0, ?, ?)",
  );
  for (let number = 1; number <= tasksEach; number++) {
    const madeAt = now - (tasksEach - number) * 60_000;
    task.run(randomUUID(), id, `Task ${number} ${mark}`, madeAt, madeAt);
  }
}

function insertForBetterAuth(client: Database.Database, { id, email }: Person, hash: string): void {
  const now = new Date().toISOString();
  client
    .prepare(
      'INSERT INTO user (id, name, email, emailVerified, createdAt, updatedAt) VALUES (@id, @name, @email, 1, @now, @now)',
    )
    .run({ id, name: 'Person', email, now });
  client
    .prepare(
      "INSERT INTO account (id, accountId, providerId, userId, password, createdAt, updatedAt) VALUES (@id, @id, 'credential', @id, @hash, @now, @now)",
    )
    .run({ id, hash, now });
}
