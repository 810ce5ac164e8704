/** Stands between a command and the process that it runs in, so that tests can replace the process. */
import { createInterface } from 'node:readline/promises';
import { type Readable, Writable } from 'node:stream';
import type { ServerSettings } from '#lib/core/settings.ts';
import { serverEnv } from '#lib/server/runtime/env.ts';
import { isInEnvironment, settingsFiles } from '../load-env.ts';

export interface Terminal {
  /** Returns all settings. Throws with every problem in its message, one a line. */
  settings(): ServerSettings;
  /** Names the files that settings may stand in; the first to name a setting wins. */
  settingsFiles: readonly string[];
  /** Tells whether the environment names a setting, so that the files do not count. */
  isInEnvironment(name: string): boolean;
  /** Prints a line of the command's output. */
  print(text: string): void;
  /** Prints a line of what went wrong. */
  printError(text: string): void;
  /** Reads one line. A person sees `prompt`, but not what they type. Returns null if no line comes. */
  readLine(prompt: string): Promise<string | null>;
}

/** Terminal on this process: its environment, the settings files that it has loaded, its standard input and output. */
export const processTerminal: Terminal = {
  settings: serverEnv,
  settingsFiles,
  isInEnvironment,
  print: (text) => console.log(text),
  printError: (text) => console.error(text),
  readLine: (prompt) => readLineFrom(process.stdin, { prompt, to: process.stderr }),
};

/** Reads one line of `input`. Prompts a person who types it, and shows nothing of what they type. Returns null at the end. */
export async function readLineFrom(
  input: Readable & { isTTY?: boolean },
  { prompt, to }: { prompt: string; to: Writable },
): Promise<string | null> {
  const isTyped = input.isTTY === true;
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: silent, terminal: isTyped });
  // Not before: only now does the terminal hide what is typed.
  if (isTyped) to.write(prompt);
  try {
    const { value, done } = await lines[Symbol.asyncIterator]().next();
    if (isTyped) to.write('\n');
    return done ? null : value;
  } finally {
    lines.close();
  }
}
