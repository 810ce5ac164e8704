'use client';

import { useRef } from 'react';
import { EmptyTasks } from '#components/tasks/empty-tasks.tsx';
import type { TasksView } from '#components/tasks/hrefs.ts';
import { KeysHelp } from '#components/tasks/keys-help.tsx';
import { NewTask } from '#components/tasks/new-task.tsx';
import { TaskRow } from '#components/tasks/task-row.tsx';
import { TaskTools } from '#components/tasks/task-tools.tsx';
import { useRowKeys } from '#components/tasks/use-row-keys.ts';
import { useTaskActions } from '#components/tasks/use-task-actions.ts';
import type { Task } from '#lib/core/tasks/contract.ts';

interface TaskListProps {
  tasks: Task[];
  /** How many the view has on all its pages. */
  total: number;
  view: TasksView;
  /** The server's day, `YYYY-MM-DD`, until the browser knows better. */
  today: string;
}

export function TaskList({ tasks, total, view, today }: TaskListProps) {
  const { shown, add, complete, remove } = useTaskActions(tasks, view);
  const list = useRef<HTMLUListElement>(null);
  useRowKeys(list);
  return (
    <>
      <NewTask onAdd={add} />
      <TaskTools view={view} />
      <p aria-live="polite" className="sr-only">
        {view.search !== '' && `${total} found`}
      </p>
      {shown.length === 0 ? (
        <EmptyTasks view={view} />
      ) : (
        <ul ref={list} className="overflow-hidden rounded-md border bg-raised">
          {shown.map((task) => (
            <TaskRow
              key={task.id}
              task={task}
              today={today}
              onComplete={(isDone) => complete(task, isDone)}
              onRemove={() => remove(task)}
            />
          ))}
        </ul>
      )}
      <KeysHelp />
    </>
  );
}
