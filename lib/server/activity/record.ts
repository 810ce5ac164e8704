import 'server-only';
import type { NewEvent } from '#db/rows.ts';
import { notedEvents } from '#lib/core/policy.ts';
import type { Limit } from '#lib/core/settings.ts';
import { countTry } from '#lib/server/limits/tries.ts';
import { logEvent, logFault } from '#lib/server/observability/log.ts';
import type { Container } from '#lib/server/runtime/container.ts';

/** An event that goes with no other write. `userId` is null for an account that nobody has: then it is a log line only. */
type Noted = Omit<NewEvent, 'userId'> & { userId: string | null };

/**
 * Each has its line in the log. The table takes no more than `most` of a kind for `who`, since strangers can cause them. Never
 * rejects: what is only noted must not undo what happened.
 */
export async function note(deps: Container, event: Noted, who: string, most: Limit = notedEvents): Promise<void> {
  try {
    logEvent(deps.log, event);
    const { count } = await countTry(deps, `event-${event.type}`, who, most);
    const { userId } = event;
    if (userId !== null && count <= most.count) await deps.store.recordEvent({ ...event, userId });
  } catch (error) {
    logFault(deps.log, error);
  }
}
