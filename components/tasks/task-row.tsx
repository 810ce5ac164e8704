'use client';

import { Deadline } from '#components/tasks/deadline.tsx';
import { taskHref } from '#components/tasks/hrefs.ts';
import { Trash } from '#components/tasks/icons.tsx';
import type { ShownTask } from '#components/tasks/use-task-actions.ts';
import { AppLink } from '#components/ui/app-link.tsx';

interface TaskRowProps {
  task: ShownTask;
  today: string;
  onComplete: (completed: boolean) => void;
  onRemove: () => void;
}

export function TaskRow({ task, today, onComplete, onRemove }: TaskRowProps) {
  const { id, title, deadline, completed, isNew = false } = task;
  const look = completed ? 'text-muted line-through decoration-line-strong' : '';
  return (
    <li
      className={`group flex items-center gap-1 border-b pr-1 -outline-offset-2 outline-accent last:border-0 hover:bg-surface has-[a:focus-visible]:bg-surface has-[a:focus-visible]:outline-2 ${isNew ? 'arrive' : ''}`}
    >
      <label className="grid size-12 shrink-0 cursor-pointer place-items-center">
        <span className="sr-only">{title}</span>
        <input
          type="checkbox"
          checked={completed}
          disabled={isNew}
          onChange={(event) => onComplete(event.currentTarget.checked)}
          className="tick size-5"
        />
      </label>
      <div className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-4 py-3">
        {isNew ? (
          <span className="min-w-0 flex-auto wrap-anywhere">{title}</span>
        ) : (
          <AppLink
            href={taskHref(id)}
            className={`min-w-0 flex-auto wrap-anywhere outline-none hover:underline ${look}`}
          >
            {title}
          </AppLink>
        )}
        {deadline && <Deadline date={deadline} today={today} isDone={completed} />}
      </div>
      <button
        type="button"
        disabled={isNew}
        onClick={onRemove}
        className="grid size-11 shrink-0 cursor-pointer place-items-center rounded-md text-muted transition-opacity group-focus-within:opacity-100 group-hover:opacity-100 hover:bg-danger-soft hover:text-danger focus-visible:opacity-100 pointer-fine:opacity-0"
      >
        <Trash size={16} />
        <span className="sr-only">Delete {title}</span>
      </button>
    </li>
  );
}
