import { backup } from './backup.ts';
import { type Command, UsageError } from './command.ts';
import { doctor } from './doctor.ts';
import { factorsList, factorsReset } from './factors.ts';
import { keysNew, keysPrune, keysRotate } from './keys.ts';
import { mailList, mailRetry, mailShow, mailTest } from './mail.ts';
import { passwordReset } from './password-reset.ts';
import { providerCheck } from './provider-check.ts';
import { sessionsEnd, sessionsList } from './sessions.ts';
import type { Terminal } from './terminal.ts';
import { userCreate } from './user-create.ts';
import { userDelete } from './user-delete.ts';
import { userEmail, userVerify } from './user-email.ts';
import { userExport } from './user-export.ts';

const commands: Record<string, Command> = {
  'user create': userCreate,
  'user email': userEmail,
  'user verify': userVerify,
  'user delete': userDelete,
  'user export': userExport,
  'sessions list': sessionsList,
  'sessions end': sessionsEnd,
  'password reset': passwordReset,
  'factors list': factorsList,
  'factors reset': factorsReset,
  'provider check': providerCheck,
  'mail list': mailList,
  'mail show': mailShow,
  'mail retry': mailRetry,
  'mail test': mailTest,
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

/** Runs the command that `words` name. Returns the exit code: 0 if done, 1 if it could not be done, 2 if not understood. */
export async function run(words: string[], terminal: Terminal): Promise<number> {
  const wantsHelp = words.length === 0 || words[0] === 'help' || words.includes('--help') || words.includes('-h');
  const name = Object.keys(commands).find((known) => `${words.join(' ')} `.startsWith(`${known} `));
  const command = name === undefined ? undefined : commands[name];
  if (wantsHelp) {
    terminal.print(command ? `${usageOf(name, command)}\n${command.about}` : help());
    return 0;
  }
  if (!command) {
    terminal.printError(`There is no such command.\n\n${help()}`);
    return 2;
  }
  try {
    return await command.run(words.slice(name?.split(' ').length), terminal);
  } catch (error) {
    terminal.printError(error instanceof Error ? error.message : 'It failed.');
    if (!(error instanceof UsageError)) return 1;
    terminal.printError(`\n${usageOf(name, command)}`);
    return 2;
  }
}
