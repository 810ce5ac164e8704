'use client';

import { useRouter } from 'next/navigation';
import { useOptimistic, useTransition } from 'react';
import { toast } from '#components/shell/toasts.tsx';
import { problemWords } from '#components/ui/problem.ts';
import { useAuth } from '#lib/client/auth-provider.tsx';
import { tasksApi } from '#lib/client/tasks/calls.ts';
import type { Task } from '#lib/core/tasks/contract.ts';
import type { TasksView } from './hrefs.ts';

export interface ShownTask extends Task {
  /** Says that the task is on its way to the server and has no address yet. */
  isNew?: boolean;
}

type Change =
  | { kind: 'add'; task: ShownTask }
  | { kind: 'complete'; id: string; completed: boolean }
  | { kind: 'remove'; id: string };

function apply(tasks: readonly ShownTask[], change: Change): readonly ShownTask[] {
  if (change.kind === 'add') return [change.task, ...tasks];
  if (change.kind === 'remove') return tasks.filter(({ id }) => id !== change.id);
  return tasks.map((task) => (task.id === change.id ? { ...task, completed: change.completed } : task));
}

/** Tells whether a task that is new, or back, may stand at the top at once: only where the server's list will have it there too. */
function isOnTop(task: Task, { page, completed, search, sort }: TasksView): boolean {
  const isAmong = completed === undefined || completed === task.completed;
  const words = `${task.title}\n${task.description}`.toLowerCase();
  return page === 1 && sort === 'newest' && isAmong && words.includes(search.toLowerCase());
}

/**
 * Shows each change of the list before the server has answered. If the server refuses, the change is undone: a toast says
 * so or, for a new task, `onFailure`.
 */
export function useTaskActions(tasks: readonly Task[], view: TasksView) {
  const router = useRouter();
  const { client } = useAuth();
  const api = tasksApi(client);
  const [, startTransition] = useTransition();
  const [all, change] = useOptimistic<readonly ShownTask[], Change>(tasks, apply);
  const shown = all.filter((task) => !task.isNew || isOnTop(task, view));

  function add(title: string, onFailure: (message: string) => void) {
    startTransition(async () => {
      const task = draft(title);
      change({ kind: 'add', task });
      const result = await api.create({ title });
      if (result.ok) {
        router.refresh();
        if (!isOnTop(task, view)) toast({ text: `Added “${title}”.` });
      } else onFailure(result.error.fields?.title?.[0] ?? problemWords(result.error));
    });
  }

  function complete(task: Task, completed: boolean) {
    startTransition(async () => {
      change({ kind: 'complete', id: task.id, completed });
      const result = await api.update(task.id, { completed });
      if (result.ok) router.refresh();
      else complain(`“${task.title}” stays as it was.`, problemWords(result.error));
    });
  }

  function remove(task: Task) {
    startTransition(async () => {
      change({ kind: 'remove', id: task.id });
      const result = await api.remove(task.id);
      if (!result.ok && result.error.code !== 'not_found')
        return complain(`“${task.title}” is still here.`, problemWords(result.error));
      router.refresh();
      toast({ text: `Deleted “${task.title}”.`, action: { label: 'Undo', run: () => restore(task) } });
    });
  }

  /** Makes a deleted task again from what was shown of it. Until that has worked, a toast keeps it and offers another try. */
  function restore(task: Task) {
    startTransition(async () => {
      change({ kind: 'add', task: { ...task, isNew: true } });
      const { title, description, deadline } = task;
      const made = await api.create({ title, description, deadline });
      if (!made.ok) {
        const action = { label: 'Try again', run: () => restore(task) };
        return toast({ tone: 'alert', text: `“${title}” is not back yet. ${problemWords(made.error)}`, action });
      }
      if (task.completed) await api.update(made.value.id, { completed: true });
      router.refresh();
    });
  }

  return { shown, add, complete, remove };
}

function complain(what: string, why: string) {
  toast({ tone: 'alert', text: `${what} ${why}` });
}

function draft(title: string): ShownTask {
  const now = new Date().toISOString();
  const id = crypto.randomUUID();
  return {
    id,
    title,
    description: '',
    deadline: null,
    completed: false,
    created_at: now,
    updated_at: now,
    isNew: true,
  };
}
