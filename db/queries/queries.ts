import type { Store } from '#db/store.ts';
import { eventQueries } from './events.ts';
import type { Executor } from './executor.ts';
import { limitQueries } from './limits.ts';
import { operatorQueries } from './operators.ts';
import { purgeQueries } from './purge.ts';
import { rotationQueries } from './rotation.ts';
import { sessionQueries } from './sessions.ts';
import { signInQueries } from './sign-in.ts';
import { signOutEverywhereQueries } from './sign-out-everywhere.ts';
import { taskQueries } from './tasks.ts';
import { userQueries } from './users.ts';

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
