/** `npm run latchkey -- <command>`: runs a command for operators, on the database and the settings of `npm start`. */
import { fileURLToPath } from 'node:url';
import { backup } from './cli/backup.ts';
import { type Command, UsageError } from './cli/command.ts';
import { doctor } from './cli/doctor.ts';
import { keysNew, keysPrune, keysRotate } from './cli/keys.ts';
import { passwordReset } from './cli/password-reset.ts';
import { sessionsEnd, sessionsList } from './cli/sessions.ts';
import { userCreate } from './cli/user-create.ts';
import { loadEnv } from './load-env.ts';

const commands: Record<string, Command> = {
  'user create': userCreate,
  'sessions list': sessionsList,
  'sessions end': sessionsEnd,
  'password reset': passwordReset,
  'keys new': keysNew,
  'keys rotate': keysRotate,
  'keys prune': keysPrune,
  backup,
  doctor,
};

function help(): string {
  const all = Object.entries(commands).map(
    ([name, { usage, about }]) => `  ${`${name} ${usage}`.trim()}\n      ${about}`,
  );
  return ['npm run latchkey -- <command>', '', ...all].join('\n');
}

const usageOf = (name: string | undefined, { usage }: Command) => `npm run latchkey -- ${name} ${usage}`.trim();

/**
 * Runs the command that `words` name. Resolves with the exit code: 0 done, 1 it could not be done, 2 not understood.
 */
async function run(words: string[]): Promise<number> {
  const wantsHelp = words.length === 0 || words[0] === 'help' || words.includes('--help') || words.includes('-h');
  const name = Object.keys(commands).find((known) => `${words.join(' ')} `.startsWith(`${known} `));
  const command = name === undefined ? undefined : commands[name];
  if (wantsHelp) {
    console.log(command ? `${usageOf(name, command)}\n${command.about}` : help());
    return 0;
  }
  if (!command) {
    console.error(`There is no such command.\n\n${help()}`);
    return 2;
  }
  try {
    return (await command.run(words.slice(name?.split(' ').length))) ?? 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : 'It failed.');
    if (!(error instanceof UsageError)) return 1;
    console.error(`\n${usageOf(name, command)}`);
    return 2;
  }
}

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
loadEnv();
process.exitCode = await run(process.argv.slice(2));
