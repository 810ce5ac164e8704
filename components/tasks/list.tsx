'use client';

import { type ReactNode, useRef } from 'react';
import { AppLink } from '#components/ui/link.tsx';
import type { Task } from '#lib/core/tasks/contract.ts';
import { type ShownTask, useTaskActions } from './actions.ts';
import { AddTask } from './add.tsx';
import { Deadline } from './deadline.tsx';
import { type TasksView, taskHref, tasksHref } from './hrefs.ts';
import { Trash } from './icons.tsx';
import { KeysHelp } from './keys-help.tsx';
import { useRowKeys } from './row-keys.ts';
import { SearchAndOrder } from './search.tsx';

interface TaskListProps {
  tasks: Task[];
  /** Counts the tasks on all pages of the view. */
  total: number;
  view: TasksView;
  /** Gives the server's day as `YYYY-MM-DD`. The browser goes by the reader's instead. */
  today: string;
}

/** Lists the tasks of a view, with everything that can be done to them. */
export function TaskList({ tasks, total, view, today }: TaskListProps) {
  const { shown, add, complete, remove } = useTaskActions(tasks, view);
  const list = useRef<HTMLUListElement>(null);
  useRowKeys(list);
  return (
    <>
      <AddTask onAdd={add} />
      <SearchAndOrder view={view} />
      <p aria-live="polite" className="sr-only">
        {view.search !== '' && `${total} found`}
      </p>
      {shown.length === 0 ? (
        <EmptyList view={view} />
      ) : (
        <ul ref={list} className="overflow-hidden rounded-md border bg-raised">
          {shown.map((task) => (
            <Row
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

interface RowProps {
  task: ShownTask;
  today: string;
  onComplete: (completed: boolean) => void;
  onRemove: () => void;
}

function Row({ task, today, onComplete, onRemove }: RowProps) {
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
        <span className="sr-only">{`Delete ${title}`}</span>
      </button>
    </li>
  );
}

const words = {
  all: { title: 'Nothing here yet', text: 'Write down the first thing above. It is saved as soon as you add it.' },
  open: { title: 'All done', text: 'There is nothing open.' },
  done: { title: 'Nothing done yet', text: 'What you tick off is kept here.' },
} as const;
const kinds = { all: 'task', open: 'open task', done: 'done task' } as const;

/** Says why the list is empty. After a search it offers to clear it. */
function EmptyList({ view }: { view: TasksView }) {
  const { completed, search } = view;
  const shown = completed === undefined ? 'all' : completed ? 'done' : 'open';
  if (search === '') return <Box {...words[shown]} />;
  return (
    <Box title="Nothing found" text={`No ${kinds[shown]} has “${search}” in its title or description.`}>
      <p className="mt-3 text-sm">
        <AppLink href={tasksHref({ ...view, search: '', page: 1 })} className="link">
          Clear the search
        </AppLink>
      </p>
    </Box>
  );
}

function Box({ title, text, children }: { title: string; text: string; children?: ReactNode }) {
  return (
    <div className="rounded-md border border-dashed px-6 py-12 text-center">
      <p className="font-medium">{title}</p>
      <p className="mt-1 text-sm wrap-anywhere text-muted">{text}</p>
      {children}
    </div>
  );
}
