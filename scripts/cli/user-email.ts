import { email as address } from '#lib/core/accounts/email.ts';
import { setEmail, setVerified } from '#lib/server/accounts/set-email.ts';
import { type Command, findByEmail, operator, parse, withDatabase } from './command.ts';

const hasChanged = 'The account has just changed. Try again.';

export const userEmail: Command = {
  usage: '<email> <new>',
  about:
    'Gives an account another address, which counts as not verified. Ends all sessions, voids all links, tells both addresses.',
  run: async (words, terminal) => {
    const { positionals } = parse(words, ['email', 'new']);
    const to = address.safeParse(positionals[1]);
    if (!to.success) throw new Error(`new: ${to.error.issues[0]?.message}`);
    await withDatabase(terminal, async (context) => {
      const user = await findByEmail(context, positionals[0] ?? '');
      if (user.email === to.data) throw new Error('This is the address of the account already.');
      const outcome = await setEmail(context, { user, to: to.data, requester: operator });
      if (outcome === 'email_taken')
        throw new Error('Another account has this address, or had it a few days ago and can take it back.');
      if (outcome === 'void') throw new Error(hasChanged);
      terminal.print('The address is changed, and every session is ended.');
    });
    return 0;
  },
};

export const userVerify: Command = {
  usage: '<email>',
  about: 'Says that the address of an account is verified, as if its owner had typed a mailed code.',
  run: async (words, terminal) => {
    const { positionals } = parse(words, ['email']);
    await withDatabase(terminal, async (context) => {
      const user = await findByEmail(context, positionals[0] ?? '');
      if (user.emailVerifiedAt !== null) return terminal.print('It is verified already.');
      if (!(await setVerified(context, { user, requester: operator }))) throw new Error(hasChanged);
      terminal.print('The address counts as verified.');
    });
    return 0;
  },
};
