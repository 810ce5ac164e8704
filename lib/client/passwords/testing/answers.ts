import { accepted } from '#lib/client/passwords/calls.ts';
import type { CheckedAnswer } from '#lib/client/testing/answers.ts';
import { passwordForgotRoute } from '#lib/core/passwords/contract.ts';

export const checkedAnswers: readonly CheckedAnswer[] = [
  { name: 'accepted', check: accepted, contract: passwordForgotRoute.POST.answers[202], good: {} },
];
