import { closing } from '#lib/client/leaving/calls.ts';
import type { CheckedAnswer } from '#lib/client/testing/answers.ts';
import { meRoute } from '#lib/core/accounts/contract.ts';

export const checkedAnswers: readonly CheckedAnswer[] = [
  {
    name: 'closing',
    check: closing,
    contract: meRoute.DELETE.answers[202],
    good: { deletes_at: '2026-12-05T12:00:00.000Z' },
  },
];
