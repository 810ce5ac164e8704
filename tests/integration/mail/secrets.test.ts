import { createHash, createHmac } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { backup } from '#db/index.ts';
import { mailSecrets } from '#lib/server/crypto/mail-secrets.ts';
import { newOperatorLink } from '#lib/server/mail/links.ts';
import { signedUp } from '#tests/support/browser.ts';
import { memoryFolder } from '#tests/support/folders.ts';
import { linkIn } from '#tests/support/received-mail.ts';
import { forgot, type Mailing, reset, startMailing } from './mailing.ts';

const ann = 'ann@example.org';
let mailing: Mailing;
let folder: string;
beforeEach(async () => {
  mailing = await startMailing({ RATE_LIMITS: 'off' });
  folder = memoryFolder('secrets');
  await signedUp();
});
afterEach(async () => {
  await mailing.close();
  rmSync(folder, { recursive: true });
});

type Value = string | number | Buffer | null;

/** Every value in every row of a database. */
function valuesIn(file: string): Value[] {
  const database = new Database(file, { readonly: true });
  const tables = database.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
  const rows = tables.flatMap((table) => database.prepare<[], Record<string, Value>>(`SELECT * FROM ${table}`).all());
  database.close();
  return rows.flatMap((row) => Object.values(row));
}

/** All that somebody without the key could make of a value: itself, and what hashes make of it. */
function guessesFrom(value: Value, ids: string[]): string[] {
  if (value === null) return [];
  const bytes = typeof value === 'number' ? Buffer.from(String(value)) : Buffer.from(value as string);
  const hashed = createHash('sha256').update(bytes).digest();
  const tags = ids.flatMap((id) => [
    ...[bytes, hashed, createHmac('sha256', bytes).update(id).digest()],
    createHmac('sha256', bytes).update(`mail|reset|${id}|`).update(bytes).digest(),
  ]);
  const written = tags.map((tag) => tag.toString('base64url'));
  return [bytes.toString(), ...ids.flatMap((id) => [String(value), ...written].map((tag) => `${id}.${tag}`))];
}

test('neither the database nor its backup holds a link: whatever is made of their values opens nothing', async () => {
  const { app, smtp, round } = mailing;
  await forgot(ann);
  const mailed = linkIn(await smtp.nextMail());
  await round();
  const user = await app.deps.store.findUserByEmail(ann);
  const handed = await newOperatorLink(app.deps, user?.id ?? '');
  const copy = join(folder, 'copy.db');
  await backup(app.deps.env.DATABASE_URL, copy);
  const values = [...valuesIn(app.deps.env.DATABASE_URL.replace(/^file:/, '')), ...valuesIn(copy)];
  const ids = [mailed, handed].map((link) => new URL(link).hash.slice(1).split('.')[0] ?? '');
  expect(values).toEqual(expect.arrayContaining(ids));
  const guesses = new Set(values.flatMap((value) => guessesFrom(value, ids)));
  for (const guess of guesses) {
    const opened = await reset(`http://localhost/reset#${encodeURIComponent(guess)}`);
    expect([guess, opened]).toEqual([guess, 400]);
  }
  // Another process on a copy of the rows, with the key, makes the very link.
  expect(await reset(mailed)).toBe(204);
});

test('the outbox holds no words of a mail, and no secret of its link', async () => {
  const { smtp, round, outbox } = mailing;
  await forgot(ann);
  const mail = await smtp.nextMail();
  await round();
  const [, secret = ''] = new URL(linkIn(mail)).hash.split('.');
  expect(secret).toHaveLength(43);
  const rows = JSON.stringify([await outbox(), valuesIn(mailing.app.deps.env.DATABASE_URL.replace(/^file:/, ''))]);
  expect(rows).not.toContain(secret);
  expect(rows).not.toContain(Buffer.from(secret, 'base64url').toString('hex'));
  expect(rows).not.toContain('Set a new password');
});

test('a link is void once its key is no longer listed, and its mail is dropped', async () => {
  const { app, smtp, round, outbox } = mailing;
  smtp.judge = () => 451;
  await forgot(ann);
  const link = linkIn(await smtp.nextMail());
  await round();
  app.deps.mailSecrets = mailSecrets(['another-Zk3v9QmX7rT1wLc5Yh8NbJ2dKf6GpS4A']);
  expect(await reset(link)).toBe(400);
  app.clock.advance(10);
  await round();
  expect(await outbox()).toMatchObject([{ state: 'dropped' }]);
  expect(smtp.mails).toHaveLength(1);
});
