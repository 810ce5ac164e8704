/**
 * Makes people, sessions and tasks in bulk, by one statement for each table. Ids are in random order, as real ones are,
 * but can be computed from a number.
 */

/** SQL that the two databases write differently. `n` is an expression for a number. */
export interface Words {
  series(from: number, to: number): string;
  hex(n: string, digits: number): string;
  /** Writes 32 bytes. */
  bytes(n: string): string;
  true: string;
}

export const sqliteWords: Words = {
  series: (from, to) =>
    `(WITH RECURSIVE s(n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM s WHERE n < ${to - 1}) SELECT n FROM s)`,
  hex: (n, digits) => `printf('%0${digits}x', ${n})`,
  bytes: () => 'randomblob(32)',
  true: '1',
};

export const postgresWords: Words = {
  series: (from, to) => `(SELECT n FROM generate_series(${from}::bigint, ${to - 1}) AS s(n)) AS s`,
  hex: (n, digits) => `lpad(to_hex(${n}), ${digits}, '0')`,
  bytes: (n) => `sha256((${n})::text::bytea)`,
  true: 'true',
};

export const [sessionsEach, tasksEach] = [5, 3];
const kinds = { user: 1, session: 2, task: 3 };
type Kind = keyof typeof kinds;

/** Spreads the numbers below 2 ** 32 at random, no two to the same place. No step of the expression exceeds 63 bits. */
const place = (n: string) => `((((${n} * (2 * ${n} + 1)) & 4294967295) * ${spreader}) & 4294967295)`;
const placeOf = (n: number) => Math.imul(Math.imul(n, 2 * n + 1), spreader) >>> 0;
const spreader = 1_640_531_527;

/** Returns the id of the `n`-th row of a kind. */
export function idOf(kind: Kind, n: number): string {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
  return `${hex(placeOf(n), 8)}-000${kinds[kind]}-4000-8000-${hex(n, 12)}`;
}

/** Returns how many sessions are due to be deleted, besides the living ones. */
export const overdueOf = (users: number) => Math.ceil(users / 5);

/**
 * Makes the statements for `users` people, each with `sessionsEach` living sessions and `tasksEach` tasks, and for the
 * overdue sessions.
 */
export function population(words: Words, users: number, now: number): string[] {
  return [people, overdue, living, tasks].map((statement) => statement(words, users, now));
}

const dayMs = 24 * 60 * 60 * 1000;
const id = ({ hex }: Words, kind: Kind, n: string) =>
  `${hex(place(n), 8)} || '-000${kinds[kind]}-4000-8000-' || ${hex(n, 12)}`;

function people(words: Words, users: number, now: number): string {
  const values = [
    id(words, 'user', 'n'),
    "'person-' || n || '@example.org'",
    "'Person'",
    `'${hash}'`,
    '0',
    `${now} - ${90 * dayMs}`,
  ];
  return `INSERT INTO users (id, email, name, password_hash, epoch, created_at) SELECT ${values.join(', ')} FROM ${words.series(0, users)}`;
}

/** Bcrypt hash of nobody's password. */
const hash = '$2b$12$abcdefghijklmnopqrstuuCzoq3Rkm1k0GPbO2e2vN3v1mJb5Yp3K';

/**
 * Inserts living sessions in the order in which they began, so that those of one person are as far apart in the table
 * as they are in time.
 */
function living(words: Words, users: number, now: number): string {
  const total = users * sessionsEach;
  const began = `${now - 60 * dayMs} + n * ${50 * dayMs} / ${total}`;
  const used = `${now} - ${place('n')} % ${10 * dayMs}`;
  return sessions(
    words,
    { users, from: 0, to: total },
    {
      created_at: began,
      expires_at: `${began} + ${90 * dayMs}`,
      exchanged_at: used,
      confirmed_at: used,
      last_used_at: used,
      rate_started_at: used,
      idle_expires_at: `${used} + ${14 * dayMs}`,
      ended_at: 'NULL',
      end_reason: 'NULL',
    },
  );
}

/** Inserts sessions that are due to be deleted: every second one was ended, the others expired. */
function overdue(words: Words, users: number, now: number): string {
  const from = users * sessionsEach;
  const over = `${now - 31 * dayMs} - ${place('n')} % ${dayMs}`;
  const began = `${over} - ${90 * dayMs}`;
  return sessions(
    words,
    { users, from, to: from + overdueOf(users) },
    {
      created_at: began,
      expires_at: over,
      exchanged_at: began,
      confirmed_at: began,
      last_used_at: began,
      rate_started_at: began,
      idle_expires_at: `${began} + ${14 * dayMs}`,
      ended_at: `CASE WHEN n % 2 = 0 THEN ${over} END`,
      end_reason: "CASE WHEN n % 2 = 0 THEN 'signed_out' END",
    },
  );
}

interface Range {
  users: number;
  from: number;
  to: number;
}

function sessions(words: Words, { users, from, to }: Range, times: Record<string, string>): string {
  const row: Record<string, string> = {
    id: id(words, 'session', 'n'),
    user_id: id(words, 'user', `(n % ${users})`),
    seed: words.bytes('n'),
    head_kid: "'bench-ky'",
    head: '12',
    parent: '11',
    grace: "'[]'",
    version: '24',
    persistent: words.true,
    user_epoch: '0',
    app_epoch: '0',
    rate_count: '1',
    user_agent: `'${agent}'`,
    ip: "'198.51.100.7'",
    ...times,
  };
  const [names, values] = [Object.keys(row), Object.values(row)];
  return `INSERT INTO sessions (${names.join(', ')}) SELECT ${values.join(', ')} FROM ${words.series(from, to)}`;
}

const agent =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';

function tasks(words: Words, users: number, now: number): string {
  const made = `${now - 60 * dayMs} + n`;
  const values = [
    id(words, 'task', 'n'),
    id(words, 'user', `(n % ${users})`),
    "'Task ' || n",
    "''",
    `n % 2 = 1`,
    made,
    made,
  ];
  return `INSERT INTO tasks (id, user_id, title, description, completed, created_at, updated_at) SELECT ${values.join(', ')} FROM ${words.series(0, users * tasksEach)}`;
}
