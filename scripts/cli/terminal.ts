/** Stands between a command and the process that it runs in, so that tests can put another in its place. */
import { createInterface } from 'node:readline/promises';
import { type Readable, Writable } from 'node:stream';
import type { ServerSettings } from '#lib/core/settings.ts';
import { serverEnv } from '#lib/server/runtime/env.ts';
import { isInEnvironment, settingsFiles } from '../load-env.ts';

export interface Terminal {
  /** Answers all settings. Throws with every problem in its message, one a line. */
  settings(): ServerSettings;
  /** Names the files that settings may stand in; the first to name a setting wins. */
  settingsFiles: readonly string[];
  /** Tells whether the environment names a setting, so that the files do not count. */
  isInEnvironment(name: string): boolean;
  /** Prints a line of what the command answers. */
  print(text: string): void;
  /** Prints a line of what went wrong. */
  printError(text: string): void;
  /** Reads one line, unseen where a person types it after `prompt`. Null where none comes. */
  readLine(prompt: string): Promise<string | null>;
}

/** Is this process: its environment, the settings' files that it has loaded, its standard input and output. */
export const processTerminal: Terminal = {
  settings: serverEnv,
  settingsFiles,
  isInEnvironment,
  print: (text) => console.log(text),
  printError: (text) => console.error(text),
  readLine: (prompt) => readLineFrom(process.stdin, { prompt, to: process.stderr }),
};

/** Reads one line of `input`. Of a person who types it, prompts them first, and shows nothing of what they type. */
export async function readLineFrom(
  input: Readable & { isTTY?: boolean },
  { prompt, to }: { prompt: string; to: Writable },
): Promise<string | null> {
  const isTyped = input.isTTY === true;
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: silent, terminal: isTyped });
  // Only now does the terminal show nothing of what is typed.
  if (isTyped) to.write(prompt);
  try {
    const { value, done } = await lines[Symbol.asyncIterator]().next();
    if (isTyped) to.write('\n');
    return done ? null : value;
  } finally {
    lines.close();
  }
}
