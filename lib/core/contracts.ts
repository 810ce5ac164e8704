/** Lists every declared route. Tests check handlers, answers and the middleware against this list. */
import {
  exportRoute,
  meRoute,
  registerCodeRoute,
  registerResendRoute,
  registerRoute,
} from '#lib/core/accounts/contract.ts';
import { emailCodeRoute, emailRoute, emailUndoRoute } from '#lib/core/accounts/email-contract.ts';
import { activityRoute } from '#lib/core/activity/contract.ts';
import * as demo from '#lib/core/demo/contract.ts'; // demo
import { identitiesRoute, oneIdentityRoute } from '#lib/core/identities/contract.ts';
import * as passkeys from '#lib/core/passkeys/contract.ts';
import {
  changePasswordRoute,
  passwordForgotRoute,
  passwordResetRoute,
  passwordRoute,
} from '#lib/core/passwords/contract.ts';
import * as providers from '#lib/core/providers/contract.ts';
import {
  healthRoute,
  jwksRoute,
  liveRoute,
  metadataRoute,
  metricsRoute,
  unknownRoute,
} from '#lib/core/runtime/contract.ts';
import * as secondFactors from '#lib/core/second-factors/contract.ts';
import {
  logoutRoute,
  oneSessionRoute,
  refreshRoute,
  sessionRoute,
  sessionsRoute,
} from '#lib/core/sessions/contract.ts';
import { tokenRoute } from '#lib/core/sign-in/contract.ts';
import { stepUpRoute } from '#lib/core/step-up/contract.ts';
import * as tasks from '#lib/core/tasks/contract.ts'; // tasks
import type { RouteContract } from './route-contract.ts';

export const contracts: readonly RouteContract[] = [
  registerRoute,
  registerCodeRoute,
  registerResendRoute,
  tokenRoute,
  refreshRoute,
  sessionRoute,
  logoutRoute,
  sessionsRoute,
  oneSessionRoute,
  passwordRoute,
  passwordForgotRoute,
  passwordResetRoute,
  changePasswordRoute,
  stepUpRoute,
  secondFactors.factorsRoute,
  secondFactors.twoStepRoute,
  secondFactors.totpRoute,
  secondFactors.totpConfirmRoute,
  secondFactors.recoveryCodesRoute,
  secondFactors.trustedDeviceRoute,
  passkeys.passkeysRequestRoute,
  passkeys.passkeysCreationRoute,
  passkeys.passkeysRoute,
  passkeys.onePasskeyRoute,
  providers.providersRoute,
  providers.providerStartRoute,
  providers.providerCallbackRoute,
  providers.providerCompleteRoute,
  providers.providerLinkRoute,
  providers.backchannelLogoutRoute,
  identitiesRoute,
  oneIdentityRoute,
  emailRoute,
  emailCodeRoute,
  emailUndoRoute,
  meRoute,
  exportRoute,
  activityRoute,
  liveRoute,
  healthRoute,
  metricsRoute,
  jwksRoute,
  metadataRoute,
  unknownRoute,
  ...[tasks.tasksRoute, tasks.oneTaskRoute], // tasks
  ...[demo.demoSessionRoute, demo.demoSessionsRoute, demo.demoRefreshRoute, demo.demoUseRoute], // demo
];
