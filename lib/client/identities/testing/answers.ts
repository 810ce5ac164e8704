import { providerList } from '#lib/client/identities/calls.ts';
import type { CheckedAnswer } from '#lib/client/testing/answers.ts';
import { providersRoute } from '#lib/core/providers/contract.ts';

export const checkedAnswers: readonly CheckedAnswer[] = [
  {
    name: 'providerList',
    check: providerList,
    contract: providersRoute.GET.answers[200],
    good: { items: [{ id: 'acme', name: 'Acme', preset: null }] },
  },
];
