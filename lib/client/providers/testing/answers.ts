import { completed, confirmed } from '#lib/client/providers/complete.ts';
import { linked } from '#lib/client/providers/link.ts';
import { providerList } from '#lib/client/providers/list.ts';
import { started } from '#lib/client/providers/start.ts';
import type { CheckedAnswer } from '#lib/client/testing/answers.ts';
import {
  providerCompleteRoute,
  providerLinkRoute,
  providerStartRoute,
  providersRoute,
} from '#lib/core/providers/contract.ts';

const user = { id: 'u1', email: 'ann@example.org', name: null };

export const checkedAnswers: readonly CheckedAnswer[] = [
  {
    name: 'providerList',
    check: providerList,
    contract: providersRoute.GET.answers[200],
    good: { items: [{ id: 'acme', name: 'Acme', preset: null }] },
  },
  {
    name: 'started',
    check: started,
    contract: providerStartRoute.POST.answers[200],
    good: { authorization_url: 'https://id.example/auth' },
  },
  {
    name: 'linked',
    check: linked,
    contract: providerLinkRoute.POST.answers[200],
    good: { status: 'linked', next: '/account' },
  },
  {
    name: 'completed',
    check: completed,
    contract: providerCompleteRoute.POST.answers[200],
    good: { access_token: 'a.b.c', token_type: 'Bearer', expires_in: 300, user, next: '/account' },
  },
  {
    name: 'confirmed',
    check: confirmed,
    contract: providerCompleteRoute.POST.answers[201],
    good: { access_token: 'a.b.c', token_type: 'Bearer', expires_in: 300, user, next: '/account' },
  },
];
