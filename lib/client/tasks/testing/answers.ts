import { task } from '#lib/client/tasks/calls.ts';
import type { CheckedAnswer } from '#lib/client/testing/answers.ts';
import * as tasks from '#lib/core/tasks/contract.ts';

export const milk = {
  ...{ id: 't1', title: 'Buy milk', description: '', deadline: null, completed: false },
  ...{ created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z' },
};

export const checkedAnswers: readonly CheckedAnswer[] = [
  { name: 'task', check: task, contract: tasks.task, good: milk },
];
