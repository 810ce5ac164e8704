/** Reads a password from a pipe, or as it is typed unseen. Never from the command line, which other people can list. */
import { password } from '#lib/core/passwords/contract.ts';
import { passwordProblem } from '#lib/core/passwords/rules.ts';
import { passwordHasher } from '#lib/server/crypto/password-hasher.ts';
import { readableEmail } from '#lib/server/sessions/user.ts';
import type { CommandContext } from './command.ts';
import type { Terminal } from './terminal.ts';

/** Throws, in words for people, where passwords sign nobody in: one that is set, or a link to set one, would be of no use. */
export function requirePasswordSignIn({ env }: CommandContext): void {
  if (env.PASSWORD_SIGN_IN === 'off')
    throw new Error(
      'Password sign-in is off (PASSWORD_SIGN_IN): nobody signs in with a password here, so none is set.',
    );
}

/** Reads a new password. Returns its hash. Throws, in words for people, if the password breaks a rule of the app. */
export async function newPasswordHash({ readLine }: Terminal, { env }: CommandContext, email: string): Promise<string> {
  const line = await readLine('Password: ');
  if (line === null) throw new Error('No password came on the standard input.');
  const given = password.safeParse(line);
  if (!given.success) throw new Error(given.error.issues[0]?.message);
  const problem = passwordProblem(given.data, { email: readableEmail(email), minLength: env.PASSWORD_MIN_LENGTH });
  if (problem) throw new Error(problem);
  return hashOf(env, given.data);
}

async function hashOf(env: CommandContext['env'], word: string): Promise<string> {
  const hasher = passwordHasher(env.BCRYPT_COST, 1);
  try {
    return await hasher.hash(word);
  } finally {
    await hasher.close();
  }
}
