import Link from 'next/link';
import { tasksHref } from '#components/tasks/hrefs.ts';

const choices = [
  { label: 'All', completed: undefined },
  { label: 'Open', completed: false },
  { label: 'Done', completed: true },
] as const;

/** All, open or done, as quiet text. */
export function TaskFilter({ completed }: { completed: boolean | undefined }) {
  return (
    <nav aria-label="Show" className="-mx-2 flex text-sm">
      {choices.map((choice) => (
        <Link
          key={choice.label}
          href={tasksHref({ completed: choice.completed })}
          prefetch={false}
          aria-current={choice.completed === completed ? 'true' : undefined}
          className="inline-flex min-h-9 items-center rounded-md px-2 text-muted transition-colors hover:text-ink aria-[current]:font-medium aria-[current]:text-ink"
        >
          {choice.label}
        </Link>
      ))}
    </nav>
  );
}
