/**
 * Until the first use of a successor, it and the session that it replaces are one: whatever ends either, or moves it to a new
 * epoch, does so to both.
 */
import { and, eq, isNotNull, isNull, ne, or, type SQL, sql } from 'drizzle-orm';
import type { Tables } from '#db/queries/executor.ts';

/** Matches the sessions that are one with this one: its unused successors or, if it is one, what it replaces and the others. */
export function isOneWith({ sessions }: Tables, id: string): SQL | undefined {
  const replaced = sql`(select ${sessions.replaces} from ${sessions} where ${and(eq(sessions.id, id), isUnused(sessions))})`;
  const isSuccessor = or(eq(sessions.replaces, id), eq(sessions.replaces, replaced));
  return or(eq(sessions.id, replaced), and(isUnused(sessions), isSuccessor));
}

/** Matches the session that a successor replaces, and the other successors of that one. */
export function isReplacedBy({ sessions }: Tables, id: string): SQL | undefined {
  const replaced = sql`(select ${sessions.replaces} from ${sessions} where ${eq(sessions.id, id)})`;
  return and(ne(sessions.id, id), or(eq(sessions.id, replaced), eq(sessions.replaces, replaced)));
}

function isUnused(sessions: Tables['sessions']): SQL | undefined {
  return and(isNotNull(sessions.replaces), eq(sessions.head, 0), isNull(sessions.confirmedAt));
}
