import { deviceOf } from '#lib/core/sessions/device.ts';
import { newSecurityEvent } from '#lib/server/activity/record.ts';
import { type Command, findByEmail, inOffice, operator, parse } from './command.ts';

export const sessionsList: Command = {
  usage: '<email>',
  about: 'Lists the sessions that are alive, the most recently used first.',
  run: async (words, terminal) => {
    const { positionals } = parse(words, ['email']);
    await inOffice(terminal, async (office) => {
      const { id } = await findByEmail(office, positionals[0] ?? '');
      const rows = await office.store.listSessions(id, office.clock(), office.env.AUTH_EPOCH);
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
    const [email = '', sessionId = null] = positionals;
    await inOffice(terminal, async (office) => {
      const { id: userId } = await findByEmail(office, email);
      const type = isAll ? 'signed_out_everywhere' : 'session_ended';
      const event = newSecurityEvent(type, { userId, sessionId, requester: operator, now: office.clock() });
      if (isAll || !sessionId) await office.store.endAllSessions(userId, null, event);
      else if (!(await office.store.endOwnSession(userId, sessionId, event)))
        throw new Error('This person has no such session that is alive. `sessions list` shows them, each with its id.');
      terminal.print(isAll ? 'All sessions are ended.' : 'Ended.');
    });
    return 0;
  },
};
