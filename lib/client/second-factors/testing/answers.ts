import { newRecoveryCodes, totpConfirmed, totpSetup, twoStepState } from '#lib/client/second-factors/calls.ts';
import type { CheckedAnswer } from '#lib/client/testing/answers.ts';
import { recoveryCodesRoute, totpConfirmRoute, totpRoute, twoStepRoute } from '#lib/core/second-factors/contract.ts';

const person = { id: 'u1', email: 'ann@example.org', name: null };

export const checkedAnswers: readonly CheckedAnswer[] = [
  {
    name: 'totpSetup',
    check: totpSetup,
    contract: totpRoute.POST.answers[200],
    good: { secret: 'GEZDGNBV', uri: 'otpauth://totp/x', qr: { size: 45, path: 'M4 4h1v1h-1z' }, expires_in: 600 },
  },
  {
    name: 'totpConfirmed',
    check: totpConfirmed,
    contract: totpConfirmRoute.POST.answers[200],
    good: { access_token: 'a.b.c', token_type: 'Bearer', expires_in: 300, user: person, recovery_codes: ['7K2Q'] },
  },
  {
    name: 'twoStepState',
    check: twoStepState,
    contract: twoStepRoute.PUT.answers[200],
    good: { two_step: true, recovery_codes: ['7K2Q'] },
  },
  {
    name: 'newRecoveryCodes',
    check: newRecoveryCodes,
    contract: recoveryCodesRoute.POST.answers[200],
    good: { recovery_codes: ['7K2Q'] },
  },
];
