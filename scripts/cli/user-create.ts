import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { registerRequest } from '#lib/core/accounts/contract.ts';
import { newSecurityEvent } from '#lib/server/activity/record.ts';
import { newOperatorLink } from '#lib/server/mail/links.ts';
import { type Command, type CommandContext, operator, parse, withDatabase } from './command.ts';
import { newPasswordHash, requirePasswordSignIn } from './new-password.ts';
import type { Terminal } from './terminal.ts';

async function create(
  terminal: Terminal,
  context: CommandContext,
  { byLink, ...given }: { email: string; name?: string; byLink: boolean },
): Promise<void> {
  requirePasswordSignIn(context);
  const parsed = registerRequest.safeParse({ ...given, password: 'checked by itself' });
  if (!parsed.success) throw new Error(problemOf(parsed.error));
  const { email, name } = parsed.data;
  const now = context.clock();
  const passwordHash = byLink ? null : await newPasswordHash(terminal, context, email);
  const user = { id: randomUUID(), email, name: name || null, passwordHash, createdAt: now };
  const event = newSecurityEvent(context, 'signed_up', { userId: user.id, sessionId: null, requester: operator, now });
  if ((await context.store.createUser(user, event)) === 'email_taken')
    throw new Error('There is an account with this email already. `password reset` gives it a new password.');
  terminal.print('Created.');
  if (byLink) terminal.print(`Good once, for an hour:\n${await newOperatorLink(context, user.id)}`);
}

/** Says what is wrong, and with which argument. */
function problemOf({ issues: [first] }: z.core.$ZodError): string {
  return `${first?.path[0] === 'name' ? '--name' : 'email'}: ${first?.message}`;
}

export const userCreate: Command = {
  usage: '<email> [--name NAME] [--link]',
  about: 'Makes an account. The password is read from the standard input; with --link the person sets it.',
  run: async (words, terminal) => {
    const { positionals, values } = parse(words, ['email'], { name: { type: 'string' }, link: { type: 'boolean' } });
    const [email = ''] = positionals;
    const name = typeof values.name === 'string' ? { name: values.name } : {};
    await withDatabase(terminal, (context) =>
      create(terminal, context, { email, ...name, byLink: values.link === true }),
    );
    return 0;
  },
};
