import { resolve } from 'node:path';
import { backup as copyDatabase } from '#db/index.ts';
import { type Command, parse } from './command.ts';

export const backup: Command = {
  usage: '<file>',
  about: 'Writes a whole copy of the SQLite file into a new one, while the app goes on. Restore: docs/deploy.md.',
  run: async (words, terminal) => {
    const { positionals } = parse(words, ['file']);
    const file = resolve(positionals[0] ?? '');
    await copyDatabase(terminal.settings().DATABASE_URL, file);
    terminal.print(`Written to ${file}. It holds password hashes and personal data: keep it as safe as the database.`);
    return 0;
  },
};
