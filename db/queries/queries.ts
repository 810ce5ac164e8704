import { beginQueries } from '#db/queries/sessions/begin.ts';
import { endQueries } from '#db/queries/sessions/end.ts';
import { listQueries } from '#db/queries/sessions/list.ts';
import { rotationQueries } from '#db/queries/sessions/rotation.ts';
import { taskQueries } from '#db/queries/tasks/tasks.ts'; // tasks
import type { Queries } from '#db/store/store.ts';
import { accountQueries } from './accounts.ts';
import { activityQueries } from './activity.ts';
import { addressQueries } from './address-changes.ts';
import { emailChangeQueries } from './email-changes.ts';
import type { Executor } from './executor.ts';
import { exportQueries } from './export.ts';
import { factorChangeQueries } from './factor-changes.ts';
import { leavingQueries } from './leaving.ts';
import { limitQueries } from './limits.ts';
import { mailLinkQueries } from './mail-links.ts';
import { mailQueries } from './mails.ts';
import { passkeyQueries } from './passkeys.ts';
import { passwordQueries } from './passwords.ts';
import { providerQueries } from './providers.ts';
import { purgeQueries } from './purge.ts';
import { secondFactorQueries } from './second-factors.ts';
import { secondStepQueries } from './second-steps.ts';
import { signUpQueries } from './sign-ups.ts';

/** Builds everything of a store that is the same on every dialect. */
export function queries(executor: Executor): Queries {
  return {
    ...accountQueries(executor),
    ...passwordQueries(executor),
    ...mailLinkQueries(executor),
    ...mailQueries(executor),
    ...signUpQueries(executor),
    ...leavingQueries(executor),
    ...exportQueries(executor),
    ...emailChangeQueries(executor),
    ...addressQueries(executor),
    ...secondFactorQueries(executor),
    ...factorChangeQueries(executor),
    ...secondStepQueries(executor),
    ...passkeyQueries(executor),
    ...providerQueries(executor),
    ...beginQueries(executor),
    ...rotationQueries(executor),
    ...endQueries(executor),
    ...listQueries(executor),
    ...activityQueries(executor),
    ...limitQueries(executor),
    ...purgeQueries(executor),
    ...taskQueries(executor), // tasks
  };
}
