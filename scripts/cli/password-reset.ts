import { newSecurityEvent } from '#lib/server/activity/record.ts';
import { newResetLink } from '#lib/server/passwords/reset.ts';
import { type Command, findByEmail, inOffice, operator, parse } from './command.ts';
import { newPasswordHash } from './new-password.ts';

export const passwordReset: Command = {
  usage: '<email> [--stdin]',
  about:
    'Prints a link with which the person sets a new password, once; --stdin sets one now. A new password ends all sessions.',
  run: async (words, terminal) => {
    const { positionals, values } = parse(words, ['email'], { stdin: { type: 'boolean' } });
    await inOffice(terminal, async (office) => {
      const user = await findByEmail(office, positionals[0] ?? '');
      if (values.stdin !== true)
        return terminal.print(`Good once, for an hour:\n${await newResetLink(office, user.id)}`);
      const passwordHash = await newPasswordHash(terminal, office, user.email);
      const about = { userId: user.id, sessionId: null, requester: operator, now: office.clock() };
      await office.store.setPassword(user.id, passwordHash, newSecurityEvent('password_reset', about));
      terminal.print('The new password is set, and every session is ended.');
    });
    return 0;
  },
};
