import type { UserRow } from '#db/store/accounts.ts';
import { inWords } from '#lib/core/mail/letters.ts';
import { closeOrDelete } from '#lib/server/accounts/leave.ts';
import { type Command, type CommandContext, findByEmail, operator, parse, withDatabase } from './command.ts';
import type { Terminal } from './terminal.ts';

/** Has the operator say once more that what cannot be brought back is meant. */
async function confirm(terminal: Terminal, user: UserRow): Promise<void> {
  const prompt = `Nothing brings a deleted account back: ${user.email}. Type "delete" to go on (it is not shown): `;
  if ((await terminal.readLine(prompt))?.trim() !== 'delete')
    throw new Error('Nothing is deleted. To go on, type "delete" when asked, or pipe it in.');
}

function saysWhy({ deletesAt }: UserRow): string {
  return deletesAt
    ? `It is to be deleted already, after ${inWords(deletesAt)}. --now deletes it at once, unless its address can still be taken back.`
    : 'The account has just changed. Try again.';
}

async function deleteAccount(terminal: Terminal, context: CommandContext, email: string, isNow: boolean) {
  const user = await findByEmail(context, email);
  const days = isNow ? 0 : context.env.ACCOUNT_DELETE_DAYS;
  if (days === 0) await confirm(terminal, user);
  const left = await closeOrDelete(context, { user, sessionId: null, requester: operator }, days);
  if (!left) throw new Error(saysWhy(user));
  const { deletesAt } = left;
  if (!deletesAt) return terminal.print('The account and everything in it is deleted.');
  const reason = days === 0 ? 'Its address was changed, and can be taken back until then.\n' : '';
  terminal.print(`${reason}It is deleted after ${inWords(deletesAt)}, unless its owner signs in before.`);
  terminal.print('Every session is ended.');
}

export const userDelete: Command = {
  usage: '<email> [--now]',
  about:
    'Closes an account, to be deleted after ACCOUNT_DELETE_DAYS unless its owner signs in; --now deletes it at once.',
  run: async (words, terminal) => {
    const { positionals, values } = parse(words, ['email'], { now: { type: 'boolean' } });
    await withDatabase(terminal, (context) =>
      deleteAccount(terminal, context, positionals[0] ?? '', values.now === true),
    );
    return 0;
  },
};
