import { sql } from 'drizzle-orm';
import { idempotencyKeyRows } from '#db/queries/tasks/create.ts'; // tasks
import type { PurgeKind, PurgeStore } from '#db/store/purge.ts';
import type { Executor, Tables } from './executor.ts';

export function purgeQueries({ tables, run }: Executor): PurgeStore {
  return {
    async purge(kind, before, limit) {
      const { table, key, age } = rowsOf(tables)[kind];
      const columns = sql.join(key, sql`, `);
      const time = before.getTime();
      const oldest = sql`(select ${columns} from ${table} where ${age} < ${time} order by ${age} limit ${limit})`;
      // An index finds the few oldest rows. Their age is asked again: a row may have changed since it was found. The +
      // keeps a planner with old statistics from going through all old rows a second time, by that index.
      const deleted = await run((db) =>
        db.delete(table).where(sql`+${age} < ${time} and (${columns}) in ${oldest}`).returning({ one: sql<number>`1` }),
      );
      return deleted.length;
    },
  };
}

/** Returns, for each kind, the table of its rows, its primary key and the column that tells a row's age. */
function rowsOf(tables: Tables) {
  const { sessions, rateLimits, events, mailLinks, mails, signUps, emailChanges } = tables;
  const { totpEnrolments, secondSteps, trustedDevices, usedCeremonies, providerTransactions } = tables;
  return {
    ended_sessions: { table: sessions, key: [sessions.id], age: sessions.endedAt },
    expired_sessions: { table: sessions, key: [sessions.id], age: sessions.expiresAt },
    rate_limits: { table: rateLimits, key: [rateLimits.key], age: rateLimits.resetAt },
    events: { table: events, key: [events.id], age: events.at },
    mail_links: { table: mailLinks, key: [mailLinks.id], age: mailLinks.expiresAt },
    sign_ups: { table: signUps, key: [signUps.id], age: signUps.expiresAt },
    email_changes: { table: emailChanges, key: [emailChanges.userId], age: emailChanges.expiresAt },
    totp_enrolments: { table: totpEnrolments, key: [totpEnrolments.userId], age: totpEnrolments.expiresAt },
    second_steps: { table: secondSteps, key: [secondSteps.id], age: secondSteps.expiresAt },
    trusted_devices: { table: trustedDevices, key: [trustedDevices.id], age: trustedDevices.expiresAt },
    used_ceremonies: { table: usedCeremonies, key: [usedCeremonies.id], age: usedCeremonies.expiresAt },
    provider_transactions: {
      table: providerTransactions,
      key: [providerTransactions.stateHash],
      age: providerTransactions.expiresAt,
    },
    mails: { table: mails, key: [mails.id], age: mails.purgeAt },
    idempotency_keys: idempotencyKeyRows(tables), // tasks
  } satisfies Record<PurgeKind, unknown>;
}
