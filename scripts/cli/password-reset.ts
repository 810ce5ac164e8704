import { newSecurityEvent } from '#lib/server/activity/record.ts';
import { newOperatorLink } from '#lib/server/mail/links.ts';
import { type Command, findByEmail, operator, parse, withDatabase } from './command.ts';
import { newPasswordHash, requirePasswordSignIn } from './new-password.ts';

export const passwordReset: Command = {
  usage: '<email> [--stdin]',
  about:
    'Prints a link with which the person sets a new password, once; --stdin sets one now. A new password ends all sessions.',
  run: async (words, terminal) => {
    const { positionals, values } = parse(words, ['email'], { stdin: { type: 'boolean' } });
    await withDatabase(terminal, async (context) => {
      requirePasswordSignIn(context);
      const user = await findByEmail(context, positionals[0] ?? '');
      if (values.stdin !== true)
        return terminal.print(`Good once, for an hour:\n${await newOperatorLink(context, user.id)}`);
      const passwordHash = await newPasswordHash(terminal, context, user.email);
      const about = { userId: user.id, sessionId: null, requester: operator, now: context.clock() };
      await context.store.setPassword(user.id, passwordHash, newSecurityEvent(context, 'password_reset', about));
      terminal.print('The new password is set, and every session is ended.');
    });
    return 0;
  },
};
