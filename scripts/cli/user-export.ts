import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { writeExport } from '#lib/server/accounts/export.ts';
import { type Command, findByEmail, operator, parse, withDatabase } from './command.ts';

/** Writes into a new file that only its owner may read. Leaves nothing of it behind if that fails. */
async function writeNewFile(file: string, pieces: AsyncIterable<string>): Promise<void> {
  const output = createWriteStream(file, { flags: 'wx', mode: 0o600 });
  await pipeline(Readable.from(pieces), output).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') throw new Error(`${file} is there already. Name a new file.`);
    await rm(file, { force: true });
    throw error;
  });
}

export const userExport: Command = {
  usage: '<email> [--out FILE]',
  about: 'Prints all that is kept about a person as JSON, or writes it into a new file. Their Activity shows that.',
  run: async (words, terminal) => {
    const { positionals, values } = parse(words, ['email'], { out: { type: 'string' } });
    await withDatabase(terminal, async (context) => {
      const user = await findByEmail(context, positionals[0] ?? '');
      const { pieces } = await writeExport(context, user, { sessionId: null, requester: operator });
      // Between two pieces JSON may have the end of a line.
      if (typeof values.out !== 'string') for await (const piece of pieces) terminal.print(piece);
      else {
        const file = resolve(values.out);
        await writeNewFile(file, pieces);
        terminal.print(`Written to ${file}. It holds personal data: hand it to nobody but its owner.`);
      }
    });
    return 0;
  },
};
