/** Faults in the rotation, one at a time: `npm run mutants` puts each into a copy of the code, and a test must fail. */
export interface Mutant {
  fault: string;
  edits: { file: string; from: string; to: string }[];
}

const core = 'lib/core/sessions/rotation.ts';
const refresh = 'lib/server/sessions/refresh.ts';
const queries = 'db/queries/sessions/rotation.ts';
const one = (fault: string, file: string, from: string, to: string): Mutant => ({ fault, edits: [{ file, from, to }] });

const replays = "now <= confirmedAt + graceMs ? 'replay' : 'reuse'";
const replacement = 'return { head: head + 1, parent, exchangedAt: now, confirmedAt: null, grace };';
const written = "if (!(await store.advance(session.id, session.version, next))) return 'again';";
const ended = (reason: string, type: string) =>
  `(await endAndLog(deps, session, '${reason}', newSecurityEvent(deps, '${type}', about)))`;

const deciding: Mutant[] = [
  one('the window is counted from the exchange', core, replays, "now <= exchangedAt + graceMs ? 'replay' : 'reuse'"),
  one(
    'the window of a used head ends a moment early',
    core,
    replays,
    "now < confirmedAt + graceMs ? 'replay' : 'reuse'",
  ),
  one(
    'the window of an unused head ends a moment early',
    core,
    'now <= exchangedAt + graceMs',
    'now < exchangedAt + graceMs',
  ),
  one(
    'the window of an ancestor ends a moment early',
    core,
    'generation < hi && now <= until',
    'generation < hi && now < until',
  ),
  one(
    'a sibling is reuse',
    core,
    'parent !== null && parent <= generation',
    'parent !== null && parent === generation',
  ),
  one('an ancestor has no window', core, "return isCovered ? 'replay' : 'reuse';", "return 'reuse';"),
  one('a late parent of a used head is replaced', core, replays, "now <= confirmedAt + graceMs ? 'replay' : 'replace'"),
  one('a repeat makes a new token', core, "now <= exchangedAt + graceMs ? 'replay' : 'replace'", "'replace'"),
  one('the clock is not clamped', core, 'Math.max(clock, session.exchangedAt, session.confirmedAt ?? 0)', 'clock'),
];

const advancing: Mutant[] = [
  one(
    'a replacement keeps the date of the exchange',
    core,
    replacement,
    replacement.replace('now', 'session.exchangedAt'),
  ),
  one('a replacement moves the parent', core, replacement, replacement.replace('parent', 'parent: head')),
  one(
    'a rotation keeps the confirmation',
    core,
    'confirmedAt: null,\n    grace: graceAfterRotation',
    'confirmedAt: session.confirmedAt,\n    grace: graceAfterRotation',
  ),
  one('windows are never joined', core, 'if (last?.until === until)', 'if (last && last.until < 0)'),
  one('windows are joined across seconds', core, 'if (last?.until === until)', 'if (last)'),
  one('a window that is over is opened again by rounding', core, 'graceMs === 0 || now > windowEnd', 'graceMs === 0'),
];

const using: Mutant[] = [
  one('a confirmation overwrites', queries, ' isNull(sessions.confirmedAt),', ''),
  {
    fault: "the parent's access token confirms the head",
    edits: [
      {
        file: core,
        from: "return generation === session.parent ? 'granted' : 'stale';",
        to: "return generation !== session.parent ? 'stale' : session.confirmedAt === null ? 'confirm' : 'granted';",
      },
      {
        file: 'lib/server/sessions/access.ts',
        from: 'confirm(session.id, claims.generation,',
        to: 'confirm(session.id, session.head,',
      },
    ],
  },
  one(
    'access takes any older generation',
    core,
    "generation === session.parent ? 'granted'",
    "generation < session.head ? 'granted'",
  ),
  one(
    'access takes the head only',
    core,
    "return generation === session.parent ? 'granted' : 'stale';",
    "return 'stale';",
  ),
  one(
    'a lost confirmation is taken for written',
    'lib/server/sessions/access.ts',
    "if (!isConfirmed) return 'again';",
    '',
  ),
];

const writing: Mutant[] = [
  one('reuse is not written', refresh, ended('reuse', 'refresh_reuse'), 'true'),
  one('a token from the future leaves the session alive', refresh, ended('rollback', 'refresh_rollback'), 'true'),
  one(
    'a wrong nonce ends the session',
    refresh,
    "    case 'forged':\n",
    "    case 'forged':\n      await deps.store.endByVersion(session.id, session.version, 'reuse', newSecurityEvent(deps, 'refresh_reuse', about));\n",
  ),
  one(
    'the nonce is checked for the head only',
    refresh,
    'nonceMatches: deps.refreshTokens.nonceMatches(session, presented)',
    'nonceMatches: presented.generation !== session.head || deps.refreshTokens.nonceMatches(session, presented)',
  ),
  one(
    'a repeat answers a token of its own',
    refresh,
    'answered: { session, head: session.head, user }',
    'answered: { session, head: session.head + 1, user }',
  ),
  one(
    'a repeat extends the window',
    refresh,
    '(await isUnchanged(deps, session, user.epoch))',
    '(await deps.store.advance(session.id, session.version, { ...session, exchangedAt: now, confirmedAt: session.confirmedAt && now }))',
  ),
  one("a repeat's reading is not asked again", refresh, '(await isUnchanged(deps, session, user.epoch))', 'true'),
  one(
    'it is not asked whether the compare-and-set wrote',
    refresh,
    written,
    'await store.advance(session.id, session.version, next);',
  ),
  one(
    'the answer is given before the commit',
    refresh,
    written,
    'void store.advance(session.id, session.version, next);',
  ),
  one(
    'reuse that lost a race is not decided again',
    refresh,
    "'refresh_reuse', about)))\n        ? refused\n        : 'again';",
    "'refresh_reuse', about)))\n        ? refused\n        : refused;",
  ),
  one('the compare-and-set asks no version', queries, "        eq(sessions.version, valueFor('version')),\n", ''),
  one(
    'the error that reports reuse rolls it back',
    'db/queries/sessions/end.ts',
    '      (db) => [endSessions(db, tables, isOneWith(tables, id), reason, at), ...eventWrites(db, tables, event)],',
    "      () => {\n        throw new Error('invalid_grant');\n      },",
  ),
  one(
    "the head's token is written with the newest key instead of its own",
    'lib/server/sessions/issue.ts',
    'deps.refreshTokens.write(session, head, session.headKid)',
    'deps.refreshTokens.write(session, head, deps.refreshTokens.newestKid)',
  ),
];

const begin = 'db/queries/sessions/begin.ts';
const bases = 'db/queries/sessions/bases.ts';

const beginning: Mutant[] = [
  one(
    'a session begins on credentials that were replaced meanwhile',
    bases,
    'eq(users.credentialVersion, credentialVersion), ',
    '',
  ),
  one('a session begins under an epoch that was raised meanwhile', bases, ', eq(users.epoch, epoch))', ')'),
  one(
    'a password is changed from a session that has ended',
    bases,
    ', isNull(sessions.endedAt));\n  return',
    ');\n  return',
  ),
];

const proofs = 'db/queries/proofs.ts';

const passing: Mutant[] = [
  one(
    'a password alone begins a session where two-step sign-in is on',
    bases,
    'writesOnShown(tables, session, { shown, kept, mayPass });',
    'writesOnShown(tables, session, { shown, kept });',
  ),
  one(
    'a passkey that signs in is not used up',
    bases,
    '[...proofGuards(db, tables, proof, { userId, at }), ...guards(db)]',
    '[...guards(db)]',
  ),
  one('a ceremony of a passkey serves again and again', proofs, '        spendCeremony(db, tables, ceremony),\n', ''),
  one(
    'the counter of a device-bound passkey may fall',
    proofs,
    'and(isThis, isCounterPlausible(tables, counter))',
    'isThis',
  ),
  one(
    'a device-bound passkey that counts nothing signs in once',
    proofs,
    '    counter === 0 ? eq(passkeys.counter, 0) : undefined,\n',
    '',
  ),
  one('a synced passkey has to count', proofs, '    eq(passkeys.synced, true),\n', ''),
  one(
    'a passkey of another person serves',
    proofs,
    'and(isOfUser(passkeys, userId, before), eq(passkeys.id, passkeyId))',
    'eq(passkeys.id, passkeyId)',
  ),
];

const ends = 'db/queries/sessions/end.ts';

const succeeding: Mutant[] = [
  one(
    'the first use of a successor leaves alive what it replaces',
    queries,
    "      endSessions(db, tables, isReplacedBy(tables, id), 'replaced', new Date(at)),\n",
    '',
  ),
  one(
    'a refresh is no first use',
    queries,
    'if (next.parent === 0 && (await isSuccessor(id)))',
    'if (next.parent === -1)',
  ),
  one(
    'an access is no first use',
    queries,
    'if (generation === 0 && (await isSuccessor(id)))',
    'if (generation === -1)',
  ),
  one(
    'the end of a session leaves its unused successor alive',
    ends,
    'endSessions(db, tables, isOneWith(tables, id), reason, at), ',
    '',
  ),
  one(
    'signing in again leaves the unused successor alive',
    begin,
    "    endSessions(db, tables, isOneWith(tables, id), 'replaced', at),\n",
    '',
  ),
  one(
    'an unused successor is left under the old epoch',
    ends,
    'or(eq(sessions.id, id), isOneWith(tables, id))',
    'eq(sessions.id, id)',
  ),
  one(
    'a successor begins although its session is over',
    begin,
    'and(isUnchanged(tables, userId, shown), isAsking(db, tables, userId, replaces, lastUsedAt));',
    'isUnchanged(tables, userId, shown);',
  ),
  one(
    'a successor begins under an epoch that was raised meanwhile',
    begin,
    'and(isUnchanged(tables, userId, shown), isAsking(db, tables, userId, replaces, lastUsedAt));',
    'and(eq(tables.users.id, userId), isAsking(db, tables, userId, replaces, lastUsedAt));',
  ),
];

const batch = 'db/postgres/executor.ts';
const pool = 'db/postgres/pool.ts';
const errors = 'db/postgres/errors.ts';
const migrate = 'db/postgres/migrate.ts';
const clock = 'db/postgres/clock.ts';

const onPostgres: Mutant[] = [
  one('a batch sees what others do meanwhile', batch, 'LEVEL SERIALIZABLE', 'LEVEL READ COMMITTED'),
  one('a batch goes on where its guard found nothing', batch, 'if (rows.length > 0) for', 'for'),
  one(
    'a batch is answered before its commit',
    batch,
    "await client.query(isKept ? 'COMMIT'",
    "void client.query(isKept ? 'COMMIT'",
  ),
  one(
    'a batch keeps what it wrote before a condition failed',
    batch,
    'return { result: hits, isKept: false };',
    'return { result: hits, isKept: true };',
  ),
  one('a batch that failed stays open', batch, "await client.query('ROLLBACK').catch(() => {});", ''),
  one('a write that was cut is tried again', errors, "isCut ? 'unavailable' : 'other';", "isCut ? 'busy' : 'other';"),
  one('what the server has undone is given up', errors, "if (undone.has(code)) return 'busy';", ''),
  one('a standby is taken for a defect', errors, 'code === readOnly || ', ''),
  one('an error quotes the statement', pool, 'throw new DatabaseError(codeOf(error));', 'throw error;'),
  one('the server has no time limit of its own', pool, '    statement_timeout: workMs * 0.9,\n', ''),
  one('a call has no time limit', pool, 'void client.end();', ''),
  one('migrating takes no lock', migrate, "await client.query('SELECT pg_advisory_xact_lock($1)', [lock]);", ''),
  one('each migration is for itself', migrate, "await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');", ''),
  one(
    'a slow answer about the time is believed',
    clock,
    'zero === undefined || after - before <= longestRoundTripMs',
    'true',
  ),
  one('the way of the time is not taken off', clock, 'told - (before + after) / 2', 'told - after'),
];

export const mutants: Mutant[] = [
  ...deciding,
  ...advancing,
  ...using,
  ...writing,
  ...beginning,
  ...passing,
  ...succeeding,
  ...onPostgres,
];

/** The text with the fault in it. Throws unless what is to be replaced stands there exactly once. */
export function mutated(text: string, { file, from, to }: Mutant['edits'][number]): string {
  if (text.split(from).length !== 2) throw new Error(`${file} no longer has, exactly once: ${from}`);
  return text.replace(from, () => to);
}
