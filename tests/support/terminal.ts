/** The operator's commands in this process. What their processes are like is the business of tests/integration/cli/process.test.ts. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { parseServerSettings } from '#lib/core/settings.ts';
import { run } from '#scripts/cli/run.ts';
import { testEnvironment } from './environment.ts';

interface Options {
  /** Comes on the standard input. */
  input?: string;
  /** Stands in for the environment; left out, it has the settings for tests. */
  environment?: Record<string, string>;
  /** Holds the settings' files; left out, there are none. */
  folder?: string;
}

/** Runs `npm run latchkey -- <words>`; answers its exit code and all that it prints. */
export async function latchkey(
  words: string[],
  { input = '', environment = testEnvironment(), folder }: Options = {},
): Promise<{ code: number; output: string }> {
  const settingsFiles = folder === undefined ? [] : ['.env.local', '.env'].map((name) => join(folder, name));
  const [line = null] = input === '' ? [] : input.split('\n');
  let output = '';
  const print = (text: string) => {
    output += `${text}\n`;
  };
  const code = await run(words, {
    settings() {
      const inFiles = settingsFiles
        .filter((file) => existsSync(file))
        .map((file) => parseEnv(readFileSync(file, 'utf8')));
      const parsed = parseServerSettings(Object.assign({}, ...inFiles.reverse(), environment));
      if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
      return parsed.settings;
    },
    settingsFiles,
    isInEnvironment: (name) => name in environment,
    print,
    printError: print,
    readLine: async () => line,
  });
  return { code, output };
}
