import type { ReactNode } from 'react';
import { type TasksView, tasksHref } from '#components/tasks/hrefs.ts';
import { AppLink } from '#components/ui/app-link.tsx';

const words = {
  all: { title: 'Nothing here yet', text: 'Write down the first thing above. It is saved as soon as you add it.' },
  open: { title: 'All done', text: 'There is nothing open.' },
  done: { title: 'Nothing done yet', text: 'What you tick off is kept here.' },
} as const;
const kinds = { all: 'task', open: 'open task', done: 'done task' } as const;

/** Says why the list is empty, and the way out where there is one. */
export function EmptyTasks({ view }: { view: TasksView }) {
  const { completed, search } = view;
  const shown = completed === undefined ? 'all' : completed ? 'done' : 'open';
  if (search === '') return <Empty {...words[shown]} />;
  return (
    <Empty title="Nothing found" text={`No ${kinds[shown]} has “${search}” in its title or description.`}>
      <p className="mt-3 text-sm">
        <AppLink href={tasksHref({ ...view, search: '', page: 1 })} className="link">
          Clear the search
        </AppLink>
      </p>
    </Empty>
  );
}

function Empty({ title, text, children }: { title: string; text: string; children?: ReactNode }) {
  return (
    <div className="rounded-md border border-dashed px-6 py-12 text-center">
      <p className="font-medium">{title}</p>
      <p className="mt-1 text-sm wrap-anywhere text-muted">{text}</p>
      {children}
    </div>
  );
}
