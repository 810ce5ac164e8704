import { signInQueries } from '#db/queries/sessions/begin.ts';
import { sessionQueries } from '#db/queries/sessions/end.ts';
import { signOutEverywhereQueries } from '#db/queries/sessions/end-all.ts';
import { rotationQueries } from '#db/queries/sessions/rotation.ts';
import { taskQueries } from '#db/queries/tasks/tasks.ts';
import type { Store } from '#db/store.ts';
import { userQueries } from './accounts.ts';
import { eventQueries } from './activity.ts';
import type { Executor } from './executor.ts';
import { limitQueries } from './limits.ts';
import { operatorQueries } from './passwords.ts';
import { purgeQueries } from './purge.ts';

/** Everything of the store that is the same on every dialect. */
export function queries(executor: Executor): Omit<Store, 'clock' | 'check' | 'close'> {
  return {
    ...userQueries(executor),
    ...signInQueries(executor),
    ...rotationQueries(executor),
    ...sessionQueries(executor),
    ...signOutEverywhereQueries(executor),
    ...taskQueries(executor),
    ...eventQueries(executor),
    ...limitQueries(executor),
    ...operatorQueries(executor),
    ...purgeQueries(executor),
  };
}
