import { deviceOf } from '#lib/core/sessions/device.ts';
import { newSecurityEvent } from '#lib/server/activity/record.ts';
import { type Command, findByEmail, operator, parse, withDatabase } from './command.ts';

export const sessionsList: Command = {
  usage: '<email>',
  about: 'Lists the sessions that are alive, the most recently used first.',
  run: async (words, terminal) => {
    const { positionals } = parse(words, ['email']);
    await withDatabase(terminal, async (context) => {
      const { id } = await findByEmail(context, positionals[0] ?? '');
      const rows = await context.store.listSessions(id, context.clock(), context.env.AUTH_EPOCH);
      if (rows.length === 0) return terminal.print('Signed in nowhere.');
      for (const row of rows) {
        const endsAt = new Date(Math.min(row.idleExpiresAt, row.expiresAt));
        const times = [row.createdAt, row.lastUsedAt, endsAt].map((time) => time.toISOString().slice(0, 16));
        const where = `${deviceOf(row.userAgent).name}, ${row.ip ?? 'unknown address'}`;
        terminal.print(`${row.id}  began ${times[0]}  used ${times[1]}  ends ${times[2]}  ${where}`);
      }
    });
    return 0;
  },
};

export const sessionsEnd: Command = {
  usage: '<email> <id> | <email> --all',
  about: 'Ends one session, or all of them, at once.',
  run: async (words, terminal) => {
    const isAll = words.includes('--all');
    const { positionals } = parse(words, isAll ? ['email'] : ['email', 'id, or --all'], { all: { type: 'boolean' } });
    const [email = '', id = ''] = positionals;
    await withDatabase(terminal, async (context) => {
      const { id: userId } = await findByEmail(context, email);
      const type = isAll ? 'signed_out_everywhere' : 'session_ended';
      const sessionId = isAll ? null : id;
      const event = newSecurityEvent(context, type, { userId, sessionId, requester: operator, now: context.clock() });
      if (sessionId === null) await context.store.endAllSessions(userId, null, event);
      else if (!(await context.store.endOwnSession(userId, sessionId, event)))
        throw new Error('This person has no such session that is alive. `sessions list` shows them, each with its id.');
      terminal.print(isAll ? 'All sessions are ended.' : 'Ended.');
    });
    return 0;
  },
};
