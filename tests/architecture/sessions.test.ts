import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (file: string) => readFileSync(file, 'utf8');
const isTest = (file: string) => /\.test\.tsx?$|\/testing\//.test(file);
const sources = globSync('{app,components,db,lib,scripts}/**/*.{ts,tsx}').filter((file) => !isTest(file));

/** Lists the words that a pattern captures in a file. */
function found(file: string, pattern: RegExp): string[] {
  return [...read(file).matchAll(pattern)].flatMap(([, word]) => word ?? []).sort();
}

/** Where a session begins, and on what: that two-step sign-in is off, passed, or of an account that is new. */
const begun = {
  // Asks the password; where two-step sign-in is on, the insert itself refuses it without a trusted device.
  'lib/server/sign-in/sign-in.ts': ['credentials'],
  'lib/server/sign-in/second-step.ts': ['second_step'],
  // Takes a passkey, which is two factors in one; its proof is used up in the batch.
  'lib/server/sign-in/passkey.ts': ['passkey'],
  // Asks a provider; the insert refuses it where two-step sign-in is on, as with a password. Or the account is new.
  'lib/server/sign-in/provider.ts': ['provider', 'provider_account'],
  'lib/server/accounts/register.ts': ['new_account'],
  'lib/server/accounts/sign-up.ts': ['sign_up'],
  // Replaces the living session of who asks.
  'lib/server/passwords/change.ts': ['new_password'],
  // Beside the living session of who asks; nobody gets its tokens.
  'lib/server/demo/throw-away.ts': ['session'], // demo
};

test('a session begins in these places, on these bases', () => {
  const callers = sources.filter((file) => /\bbeginSession\(deps, \{/.test(read(file)));
  const bases = callers.map((file) => [file, found(file, /basis: \{\s+kind: '(\w+)'/g)]);
  expect(Object.fromEntries(bases)).toEqual(begun);
});

test('nothing else asks the store for a session, or inserts one', () => {
  const asking = sources.filter((file) => /\bstore\.(beginSession|addSuccessor)\b/.test(read(file)));
  expect(asking.sort()).toEqual(['lib/server/sessions/begin.ts', 'lib/server/sessions/succeed.ts']);
  const inserting = sources.filter((file) => /\binsert(If)?\([^)]*\bsessions\b|into "?sessions\b/i.test(read(file)));
  expect(inserting).toEqual(['db/queries/sessions/insert.ts']);
});

test('the one condition past which a password or a provider alone begins a session is asked where it is inserted', () => {
  const source = read('db/queries/sessions/bases.ts');
  for (const kind of ['credentials', 'provider']) {
    const [, writes = ''] = new RegExp(`case '${kind}':(.+?)\\n {4}case `, 's').exec(source) ?? [];
    expect(writes).toContain('writesPastFactor(tables, session, ');
    expect(writes).not.toContain('insertSession');
  }
  const [, past = ''] = /function writesPastFactor\((.+?)\n}/s.exec(source) ?? [];
  expect(past).toContain('const mayPass = eq(tables.users.twoStep, device !== undefined);');
  expect(past).toContain('writesOnShown(tables, session, { shown, kept, mayPass })');
});
