import { StoreUnavailable } from '#db/store/store.ts';
import { checkApp, checkPages, whyUnreachable } from './check-address.ts';
import { checkPasskeys, checkSealed } from './check-factors.ts';
import { checkDatabase, checkFiles, checkSettings } from './check-machine.ts';
import { checkOutbox, checkSmtp } from './check-mail.ts';
import { checkSignIn } from './check-sign-in.ts';
import { checkProviderSecrets, checkWaysIn } from './check-ways-in.ts';
import { type Command, type CommandContext, databaseProblem, openDatabase, parse, UsageError } from './command.ts';
import { type Finding, fail } from './findings.ts';

export const doctor: Command = {
  usage: '[URL]',
  about:
    'Checks settings, database, clock, mail, and what arrives at the public address (APP_URL). Changes nothing, and leaves nothing behind.',
  run: async (words, terminal) => {
    const { positionals } = parse(words, words.length > 0 ? ['URL'] : []);
    const findings = await openDatabase(terminal, async (context) => {
      const url = addressOf(positionals[0] ?? context.env.APP_URL);
      return [...checkFiles(terminal, context), ...(await examine(context, url))];
    }).catch(databaseAway);
    for (const { verdict, text } of findings) terminal.print(`${verdict.padEnd(5)} ${text}`);
    return findings.some(isBad) ? 1 : 0;
  },
};

const isBad = ({ verdict }: Finding) => verdict === 'FAIL';

/** Turns a database that could not be opened into a finding: PostgreSQL is asked for the time before anything else. */
function databaseAway(error: unknown): Finding[] {
  if (error instanceof StoreUnavailable) return [fail(databaseProblem)];
  throw error;
}

function addressOf(word: string): string {
  const url = URL.parse(word);
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw new UsageError('The URL is one like https://app.example.org.');
  return url.origin;
}

async function examine(context: CommandContext, url: string): Promise<Finding[]> {
  const database = await checkDatabase(context);
  const isDatabaseBad = database.some(isBad);
  return [
    ...checkSettings(context),
    ...checkProviderSecrets(context),
    ...database,
    ...(await checkSmtp(context)),
    ...(isDatabaseBad
      ? []
      : [
          ...(await checkOutbox(context)),
          ...(await checkPasskeys(context)),
          ...(await checkSealed(context)),
          ...(await checkWaysIn(context)),
        ]),
    ...(await checkPublicAddress(context, url, isDatabaseBad)),
  ];
}

/** Checks the app at `url`. Signs in only if the app is there and the database is well: otherwise that fails anyway. */
async function checkPublicAddress(context: CommandContext, url: string, isDatabaseBad: boolean): Promise<Finding[]> {
  const all: Finding[] = [];
  try {
    const { findings, isThere } = await checkApp(context, url);
    all.push(...findings, ...(await checkPages(context, url)));
    if (isThere && !isDatabaseBad) all.push(...(await checkSignIn(context, url)));
  } catch (error) {
    const isDatabase = error instanceof StoreUnavailable;
    all.push(fail(isDatabase ? error.message : `${url} cannot be reached: ${whyUnreachable(error)}`));
  }
  return all;
}
