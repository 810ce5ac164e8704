'use client';

import { useRef } from 'react';
import { EmptyTasks } from '#components/tasks/empty-tasks.tsx';
import { NewTask } from '#components/tasks/new-task.tsx';
import { TaskRow } from '#components/tasks/task-row.tsx';
import { useTaskActions } from '#components/tasks/use-task-actions.ts';
import type { Task } from '#lib/core/task-contracts.ts';

interface TaskListProps {
  tasks: Task[];
  /** The filter in force. */
  completed: boolean | undefined;
  page: number;
  /** The server's day, `YYYY-MM-DD`, until the browser knows better. */
  today: string;
}

export function TaskList({ tasks, completed, page, today }: TaskListProps) {
  const { shown, add, complete, remove } = useTaskActions(tasks);
  const list = useRef<HTMLUListElement>(null);
  // A task that is new, or back, shows at once only where the server's list will have it too.
  const visible = shown.filter(
    (task) => !task.isNew || (page === 1 && (completed === undefined || completed === task.completed)),
  );

  /** The focus moves on with the list: to the next row's button, or back to the field. */
  function removeRow(task: Task, index: number) {
    const buttons = [...(list.current?.querySelectorAll<HTMLButtonElement>('[data-delete]') ?? [])];
    const field = document.getElementById('title');
    (buttons[index + 1] ?? buttons[index - 1] ?? field)?.focus();
    remove(task);
  }

  return (
    <>
      <NewTask onAdd={add} />
      {visible.length === 0 ? (
        <EmptyTasks completed={completed} />
      ) : (
        <ul ref={list} className="overflow-hidden rounded-md border bg-raised">
          {visible.map((task, index) => (
            <TaskRow
              key={task.id}
              task={task}
              today={today}
              onComplete={(isDone) => complete(task, isDone)}
              onRemove={() => removeRow(task, index)}
            />
          ))}
        </ul>
      )}
    </>
  );
}
