import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const read = (file: string) => readFileSync(file, 'utf8');
const sources = globSync('{app,components,db,lib,scripts}/**/*.{ts,tsx}').concat(globSync('*.ts'));
const isTest = (file: string) => /\.test\.tsx?$|\/testing\//.test(file);
const shipped = sources.filter((file) => !isTest(file));

/** Finds the files, other than `allowed`, whose text matches. */
function offenders(pattern: RegExp, allowed: RegExp): string[] {
  return shipped.filter((file) => !allowed.test(file) && pattern.test(read(file)));
}

describe('one place for each', () => {
  test('cookie flags are written in one file', () => {
    expect(offenders(/HttpOnly|SameSite=Lax; *Secure|Set-Cookie', cookie/, /^lib\/server\/http\/cookies\.ts$/)).toEqual(
      [],
    );
  });

  test('the security log is only ever added to', () => {
    const changes =
      /\.update\(\s*(tables\.)?events\b|insert\(\s*(tables\.)?events\b[^;]*onConflictDoUpdate|update\s+[`"]?events\b/i;
    expect(globSync('db/**/*.{ts,sql}').filter((file) => changes.test(read(file)))).toEqual([]);
  });

  test('the environment is read in the env files, the root configs and the scripts', () => {
    // The last of these hands the environment on to the middleware.
    const allowed =
      /^(lib\/(edge|server\/runtime)\/env\.ts|scripts\/.*|playwright\.config\.ts|drizzle\.config\.ts|server\.ts|instrumentation\.ts|middleware\.ts|lib\/server\/http\/front\/edge-entry\.ts)$/;
    expect(offenders(/process\.env/, allowed)).toEqual([]);
    // What these three read is set by the runtime or is no setting.
    const names = ['server.ts', 'instrumentation.ts', 'middleware.ts'].flatMap((file) =>
      [...read(file).matchAll(/process\.env\.(\w+)/g)].map(([, name]) => name),
    );
    expect(new Set(names)).toEqual(new Set(['LATCHKEY_FRONT', 'NEXT_RUNTIME', 'NODE_ENV']));
  });

  test('no token is kept where a script of another kind could find it', () => {
    const stores = /localStorage|sessionStorage|indexedDB|\bcaches\.|cookieStore/;
    const drafts = 'components/shell/drafts.ts';
    expect(offenders(stores, /^$/)).toEqual([drafts]);
    // The one that is left keeps what a person typed: it can reach no token, and those who use it name no secret.
    expect(read(drafts)).not.toMatch(/^import |\bimport\(|\brequire\(|fetch|\.cookie/m);
    const users = shipped.filter((file) => /(keepDraft)\b/.test(read(file)) && file !== drafts);
    expect(users).toEqual(['components/shell/draft-keeper.tsx']);
    for (const file of users) expect(read(file)).not.toMatch(/token|\bfetch\b|type=password/i);
  });
});

describe('sizes', () => {
  const lengths = shipped
    .map((file) => ({ file, lines: read(file).split('\n').length - 1 }))
    .sort((a, b) => a.lines - b.lines);

  test('no file is over 250 lines, nine in ten are at most 180, the median at most 80', () => {
    expect(lengths.filter(({ lines }) => lines > 250)).toEqual([]);
    expect(lengths[Math.floor(lengths.length * 0.9)]?.lines).toBeLessThanOrEqual(180);
    expect(lengths[Math.floor(lengths.length / 2)]?.lines).toBeLessThanOrEqual(80);
  });

  test('the middleware is at most 80 lines', () => {
    expect(read('middleware.ts').split('\n').length).toBeLessThanOrEqual(80);
  });
});

test('the empty middleware of the benchmarks has the matcher of the real one', () => {
  const matcherOf = (file: string) => /^ {2}matcher: \[\n.*\n {2}\],$/m.exec(read(file))?.[0];
  const ours = matcherOf('middleware.ts');
  expect(ours).toContain('_next/static');
  expect(matcherOf('bench/servers/floor/middleware.edge.ts')).toBe(ours);
});

test('weak spots are not let in', () => {
  const weak = /\bas any\b|: any\b|@ts-ignore|@ts-expect-error|\bTODO\b|\bFIXME\b/;
  expect(offenders(weak, /^$/)).toEqual([]);
});

/** Matches a doc comment whose first word begins a bare clause, or leans on what stands before it. */
const leaningComment =
  /\/\*\*\s+(?:\*\s+)?(?:What|Whatever|Whether|Why|How|Where|Wherever|Who|Whoever|Whose|When|Whenever|Which|Whichever|The same|Its|It|Those|These|They|That|Both|And|But|Of|For)\b[^\n]*/g;

/** Finds the doc comments in a text that do not stand by themselves, each as `line: first line`. */
function leaning(text: string): string[] {
  return [...text.matchAll(leaningComment)].map(
    ({ 0: comment, index }) => `${text.slice(0, index).split('\n').length}: ${comment.replace(/\s+/g, ' ')}`,
  );
}

describe('doc comments', () => {
  test('every doc comment stands by itself', () => {
    const files = shipped.concat(globSync('*.mjs'));
    expect(files.flatMap((file) => leaning(read(file)).map((found) => `${file}:${found}`))).toEqual([]);
  });

  test.each([
    ['on one line', 'a\n/** What it is. */', ['2: /** What it is.']],
    ['on several lines', '/**\n * Whether it is.\n */', ['1: /** * Whether it is.']],
    ['in an object', '{\n  /** The same, later. */', ['2: /** The same, later.']],
    ['with a verb first', '/** Returns what it is. */', []],
    ['with a word that only begins like one', '/** Items. */ /** Format. */ /** Theirs. */', []],
    ['that is a glob', "'app/**/How*.ts'", []],
  ])('a doc comment %s is told rightly', (_name, text, found) => {
    expect(leaning(text)).toEqual(found.map((line) => expect.stringContaining(line)));
  });
});
