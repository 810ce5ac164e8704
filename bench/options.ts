import { parseArgs } from 'node:util';
import { type ServerId, serverIds } from './servers.ts';

export interface Options {
  /** Rows of the table, W1 to W8. */
  only: string[];
  servers: ServerId[];
  /** Rounds of each row, or null for the number that the row has by default. */
  rounds: number | null;
  /** Seconds of each measurement, or null for the row's own. */
  seconds: number | null;
}

export const usage = `npm run bench -- [--only W1,W2] [--servers floor-edge,latchkey] [--rounds 9] [--seconds 2]
Servers: ${serverIds.join(', ')}. With --servers nothing is written.`;

/** Parses the words of the command line. Throws, in words for people, if one is wrong. */
export function readOptions(words: string[], rows: string[]): Options {
  const { values } = parseArgs({
    args: words,
    options: {
      only: { type: 'string', default: rows.join(',') },
      servers: { type: 'string', default: serverIds.join(',') },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
    },
  });
  const only = listed('--only', values.only, rows);
  const named = listed('--servers', values.servers, serverIds);
  return {
    only,
    servers: named,
    rounds: whole('--rounds', values.rounds),
    seconds: whole('--seconds', values.seconds),
  };
}

function listed<T extends string>(option: string, text: string, known: readonly T[]): T[] {
  const words = text.split(',').map((word) => word.trim());
  const strange = words.find((word) => !known.some((one) => one === word));
  if (strange !== undefined) throw new Error(`${option}: ${strange} is none of ${known.join(', ')}.`);
  return known.filter((one) => words.includes(one));
}

function whole(option: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new Error(`${option}: a whole number from 1 to 999.`);
  return Number(text);
}
