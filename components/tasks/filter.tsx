import { AppLink } from '#components/ui/link.tsx';
import { type TasksView, tasksHref } from './hrefs.ts';

const choices = [
  { label: 'All', completed: undefined },
  { label: 'Open', completed: false },
  { label: 'Done', completed: true },
] as const;

/** Leads to the views of all, open and done tasks. */
export function TaskFilter({ view }: { view: TasksView }) {
  return (
    <nav aria-label="Show" className="-mx-2 flex text-sm">
      {choices.map(({ label, completed }) => (
        <AppLink
          key={label}
          href={tasksHref({ ...view, completed, page: 1 })}
          aria-current={completed === view.completed ? 'true' : undefined}
          className="inline-flex min-h-9 items-center rounded-md px-2 text-muted transition-colors hover:text-ink aria-[current]:font-medium aria-[current]:text-ink"
        >
          {label}
        </AppLink>
      ))}
    </nav>
  );
}
