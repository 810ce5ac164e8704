/** Two people with all that an account can have. Requests are made in Ann's name or nobody's; Bob must never notice. */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import Database from 'better-sqlite3';
import type { SessionBasis } from '#db/store/sessions.ts';
import { newLinkNonce } from '#lib/server/crypto/mail-secrets.ts';
import { newOperatorLink, newUndoLink } from '#lib/server/mail/links.ts';
import { beginSession } from '#lib/server/sessions/begin.ts';
import { issueFirst } from '#lib/server/sessions/issue.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { testEnvironment } from '#tests/support/environment.ts';
import { makeThrowAwaySession } from './demo/facts.ts'; // demo
import { makeTask } from './tasks/facts.ts'; // tasks

export interface Person {
  id: string;
  email: string;
  name: string;
  password: string;
  /** The three tokens of the session that asks. */
  tokens: { access: string; refresh: string; session: string };
  sessionId: string;
  otherSessionId: string;
  resetToken: string;
  /** A sign-up of a newcomer, in the browser of this person. */
  signUp: { id: string; email: string; code: string; cookie: string };
  /** A change of the address that waits for its code. */
  emailChange: { email: string; code: string };
  /** The link that undoes an earlier change, and the address that it brings back. */
  undo: { token: string; email: string };
  /** What the sample features know of the person, by name: ids, and words that nobody else may read. */
  facts: Record<string, string>;
}
export type TokenKind = keyof Person['tokens'];

/** What is stored of a person, by table. */
export type Rows = Record<string, string>;

export interface World {
  app: TestApp;
  ann: Person;
  bob: Person;
  /** Of another app. */
  strangersKey: KeyObject;
  /** Ann as she was at first, and nobody but Bob beside her. */
  renew(): Promise<void>;
  /** Makes somebody like Ann beside her. */
  another(): Promise<Person>;
  rows(person: Person): Rows;
  countUsers(): number;
  /** Lists whom the mails go to that were asked for, whoever has the address. */
  askedMails(): string[];
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

/** Makes what a sample feature keeps of a person; answers what it knows of them. */
export type Maker = (app: TestApp, person: { id: string; who: string }) => Promise<Record<string, string>>;
const makers: Maker[] = [
  makeTask, // tasks
  makeThrowAwaySession, // demo
];

/** Somebody who has signed in twice, was given a link to set a password, and has used each of the sample features. */
async function newPerson(app: TestApp, who: 'ann' | 'bob', passwordHash: string): Promise<Person> {
  const { deps } = app;
  const { store, env } = deps;
  const [number, now, id] = [++people, deps.clock(), randomUUID()];
  const [email, name] = [`${who}-${number}@example.org`, `${who} ${number} of the fuzz`];
  const user = { id, email, name, passwordHash, createdAt: now };
  const begin = async (userAgent: string, basis: SessionBasis) => {
    const requester = { userAgent, ip: '198.51.100.7' };
    const begun = await beginSession(deps, { userId: id, basis, event: 'signed_in', persistent: false, requester });
    if (!begun) throw new Error('A session was refused.');
    return begun;
  };
  const session = await begin('First', { kind: 'new_account', user });
  const shown = { credentialVersion: 0, epoch: 0 };
  const other = await begin('Second', { kind: 'credentials', shown });
  // So that reading writes nothing from now on.
  await store.confirm(session.id, 0, now, new Date(now.getTime() + env.SESSION_IDLE_SECONDS * 1000));
  const facts = await Promise.all(makers.map((make) => make(app, { id, who: `${who} ${number}` })));
  const [, resetToken = ''] = (await newOperatorLink(deps, id)).split('#');
  const emailChange = await newEmailChange(app, { id, sessionId: session.id }, `next-of-${email}`);
  const undo = await newUndo(app, id, `earlier-of-${email}`);
  const { body, cookies } = issueFirst(deps, session, user);
  const tokens = { access: body.access_token, refresh: cookies.refreshToken, session: cookies.pageSession };
  const signUp = await newSignUp(app, `newcomer-of-${email}`, passwordHash);
  const ids = { id, sessionId: session.id, otherSessionId: other.id };
  return {
    ...ids,
    email,
    name,
    password: passwords[who],
    resetToken,
    signUp,
    emailChange,
    undo,
    tokens,
    facts: Object.assign({}, ...facts),
  };
}

/** Makes a sign-up whose mail may be asked for again. */
async function newSignUp({ deps }: TestApp, email: string, passwordHash: string): Promise<Person['signUp']> {
  const { store, mailSecrets, clock } = deps;
  const [id, secret, minuteAgo] = [randomUUID(), randomBytes(32).toString('base64url'), clock().getTime() - 60_000];
  const row = { id, kid: mailSecrets.newestKid, nonce: newLinkNonce() };
  const person = { email, name: 'Newcomer', passwordHash, persistent: false };
  const counts = { tries: 0, mails: 1, mailedAt: new Date(minuteAgo), expiresAt: new Date(minuteAgo + 3_600_000) };
  const secretHash = createHash('sha256').update(secret).digest('base64url');
  const mail = { id: randomUUID(), kind: 'sign_up_code', recipient: email, at: counts.mailedAt } as const;
  await store.addSignUp({ ...row, ...person, ...counts, secretHash }, { ...mail, userAgent: null, ip: null });
  return { id, email, code: mailSecrets.codeOf('sign_up', row) ?? '', cookie: `${id}.${secret}` };
}

async function newEmailChange({ deps }: TestApp, who: { id: string; sessionId: string }, email: string) {
  const { store, mailSecrets, clock } = deps;
  const row = { id: randomUUID(), kid: mailSecrets.newestKid, nonce: newLinkNonce() };
  const expiresAt = new Date(clock().getTime() + 3_600_000);
  const change = { ...row, userId: who.id, email, tries: 0, expiresAt };
  const mail = {
    id: randomUUID(),
    kind: 'email_code',
    recipient: email,
    at: clock(),
    userAgent: null,
    ip: null,
  } as const;
  await store.askEmailChange({ change, sessionId: who.sessionId, codeMail: mail, told: null });
  return { email, code: mailSecrets.codeOf('email', row) ?? '' };
}

async function newUndo({ deps }: TestApp, userId: string, email: string) {
  const link = newUndoLink(deps, { userId, email });
  await deps.store.addOperatorLink(link);
  return { email, token: deps.mailSecrets.tokenOf(link) ?? '' };
}

export async function openWorld(settings: Record<string, string>): Promise<World> {
  const app = await startApp(settings);
  app.clock.now = new Date();
  const hashes = { ann: await app.deps.hasher.hash(passwords.ann), bob: await app.deps.hasher.hash(passwords.bob) };
  const database = new Database(app.deps.env.DATABASE_URL.replace(/^file:/, ''));
  database.pragma('foreign_keys = ON');
  const select = tablesOfPeople(database).map((table) => {
    const columns = table === 'sessions' ? '*, hex(seed) AS seed' : '*';
    const owner = table === 'users' ? 'id' : 'user_id';
    // Anybody may try a password: the owner's log says so, and nothing else changes.
    const but = table === 'events' ? "AND type NOT IN ('sign_in_failed', 'limit_reached')" : '';
    return [table, database.prepare(`SELECT ${columns} FROM ${table} WHERE ${owner} = ? ${but} ORDER BY 1`)] as const;
  });
  const others = database.prepare('DELETE FROM users WHERE id != ?');
  const hidden = database
    .prepare(
      'SELECT password_hash FROM users WHERE id = $id UNION SELECT hex(seed) FROM sessions WHERE user_id = $id UNION SELECT hex(nonce) FROM mail_links WHERE user_id = $id UNION SELECT hex(nonce) FROM email_changes WHERE user_id = $id',
    )
    .pluck();
  const hiddenOf = ({ id }: Person) => hidden.all({ id }).map(String);
  const count = database.prepare('SELECT count(*) FROM users').pluck();
  const asked = database.prepare('SELECT recipient FROM mails WHERE user_id IS NULL ORDER BY rowid').pluck();
  const forget = database.prepare('DELETE FROM mails WHERE user_id IS NOT ?');
  const bob = await newPerson(app, 'bob', hashes.bob);
  const world: World = {
    app,
    bob,
    ann: await newPerson(app, 'ann', hashes.ann),
    strangersKey: generateKeyPairSync('ed25519').privateKey,
    async renew() {
      others.run(bob.id);
      forget.run(bob.id);
      world.ann = await world.another();
    },
    another: () => newPerson(app, 'ann', hashes.ann),
    rows: ({ id }) => Object.fromEntries(select.map(([table, rows]) => [table, JSON.stringify(rows.all(id))])),
    countUsers: () => Number(count.get()),
    askedMails: () => asked.all().map(String),
    secrets: () => [...ownSecrets, ...hiddenOf(world.ann), ...hiddenOf(bob)].flatMap(spellings),
    async close() {
      database.close();
      await app.close();
    },
  };
  return world;
}

/** Names the tables that say whose each row is. */
function tablesOfPeople(database: Database.Database): string[] {
  const named = database.prepare<[], string>(
    "SELECT s.name FROM sqlite_schema s JOIN pragma_table_info(s.name) c WHERE s.type = 'table' AND c.name = 'user_id'",
  );
  return ['users', ...named.pluck().all()];
}

/** A seed comes as hex. */
function spellings(secret: string): string[] {
  if (!/^[\dA-F]{64}$/.test(secret)) return [secret];
  const bytes = Buffer.from(secret, 'hex');
  return [secret, secret.toLowerCase(), bytes.toString('base64'), bytes.toString('base64url')];
}
