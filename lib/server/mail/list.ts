import 'server-only';
import type { Letter } from '#lib/core/mail/letter.ts';
import { outboxMails } from '#lib/core/policy.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { readableEmail } from '#lib/server/sessions/user.ts';
import { compose } from './compose.ts';

/** A mail that nobody sends, as /outbox shows it. */
export interface UnsentMail {
  id: string;
  recipient: string;
  /** Time of what it tells of, in ISO 8601. */
  at: string;
  /** Null once the link or code that it brought is void. */
  letter: Letter | null;
}

/**
 * Returns the mails that wait or are held, the newest first, at most `outboxMails`. Leaves out those that nobody has looked
 * at yet: they say nothing before it is known whose they are.
 */
export async function listUnsentMails(deps: Container): Promise<UnsentMail[]> {
  const rows = await deps.store.listMails(['waiting', 'held'], outboxMails);
  const mails = await Promise.all(
    rows.map(async (row) => {
      const letter = await compose(deps, row);
      if (row.state === 'waiting' && letter === null) return [];
      return [{ id: row.id, recipient: readableEmail(row.recipient), at: row.at.toISOString(), letter }];
    }),
  );
  return mails.flat();
}
