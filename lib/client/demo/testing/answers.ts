import { demoRefreshed, demoSession, demoUsed } from '#lib/client/demo/calls.ts';
import type { CheckedAnswer } from '#lib/client/testing/answers.ts';
import * as demo from '#lib/core/demo/contract.ts';

const at = '2026-11-23T12:00:00.000Z';

export const session = {
  ...{ id: 's', head: 1, parent: 0, exchanged_at: at, confirmed_at: at, idle_expires_at: at, expires_at: at },
  ...{ grace_seconds: 10, now: at },
};

export const checkedAnswers: readonly CheckedAnswer[] = [
  { name: 'demoSession', check: demoSession, contract: demo.demoSession, good: session },
  {
    name: 'demoRefreshed',
    check: demoRefreshed,
    contract: demo.demoRefreshed,
    good: { outcome: 'rotated', session },
  },
  {
    name: 'demoRefreshed of a robbery',
    check: demoRefreshed,
    contract: demo.demoRefreshed,
    good: { outcome: 'reuse', session: null },
  },
  { name: 'demoUsed', check: demoUsed, contract: demo.demoUsed, good: { outcome: 'used', session } },
];
