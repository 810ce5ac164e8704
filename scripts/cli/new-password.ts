/** Reads a password from a pipe, or as it is typed unseen. Never from the command line, which other people can list. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { password } from '#lib/core/passwords/contract.ts';
import { passwordProblem } from '#lib/core/passwords/rules.ts';
import { passwordHasher } from '#lib/server/crypto/password-hasher.ts';
import type { Office } from './command.ts';

/** Reads a new password. Returns its hash. Throws, in words for people, if the password breaks a rule of the app. */
export async function newPasswordHash({ env }: Office, email: string): Promise<string> {
  const given = password.safeParse(await readLine('Password: '));
  if (!given.success) throw new Error(given.error.issues[0]?.message);
  const problem = passwordProblem(given.data, { email, minLength: env.PASSWORD_MIN_LENGTH });
  if (problem) throw new Error(problem);
  return hashOf(env, given.data);
}

async function hashOf(env: Office['env'], word: string): Promise<string> {
  const hasher = passwordHasher(env.BCRYPT_COST, 1);
  try {
    return await hasher.hash(word);
  } finally {
    await hasher.close();
  }
}

async function readLine(prompt: string): Promise<string> {
  const { stdin, stderr } = process;
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  if (stdin.isTTY) stderr.write(prompt);
  const lines = createInterface({ input: stdin, output: silent, terminal: stdin.isTTY === true });
  try {
    const { value, done } = await lines[Symbol.asyncIterator]().next();
    if (stdin.isTTY) stderr.write('\n');
    if (done) throw new Error('No password came on the standard input.');
    return value;
  } finally {
    lines.close();
  }
}
