import { emailAsked, emailChanged } from '#lib/client/accounts/email-calls.ts';
import { closing } from '#lib/client/accounts/leaving-calls.ts';
import type { CheckedAnswer } from '#lib/client/testing/answers.ts';
import { meRoute } from '#lib/core/accounts/contract.ts';
import * as contract from '#lib/core/accounts/email-contract.ts';

export const checkedAnswers: readonly CheckedAnswer[] = [
  {
    name: 'closing',
    check: closing,
    contract: meRoute.DELETE.answers[202],
    good: { deletes_at: '2026-12-05T12:00:00.000Z' },
  },
  { name: 'emailAsked', check: emailAsked, contract: contract.emailAsked, good: { expires_in: 3600 } },
  {
    name: 'emailChanged',
    check: emailChanged,
    contract: contract.emailCodeRoute.POST.answers[200],
    good: { user: { id: 'u1', email: 'ann@example.org', name: null } },
  },
];
