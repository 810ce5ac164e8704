import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { EditTask } from '#components/tasks/edit.tsx';
import { BackLink, PageHeading } from '#components/ui/page-heading.tsx';
import { AppError } from '#lib/core/errors.ts';
import { paths } from '#lib/core/routes.ts';
import type { Task } from '#lib/core/tasks/contract.ts';
import { requireUser } from '#lib/server/http/current-user.ts';
import { container } from '#lib/server/runtime/container.ts';
import { getTask } from '#lib/server/tasks/tasks.ts';

export const metadata: Metadata = { title: 'Task' };

type Params = Promise<{ id: string }>;

/** Reads a task of the person's own. Anybody else's leads to the 404 page, as if it did not exist. */
async function ownTask(userId: string, id: string): Promise<Task> {
  try {
    return await getTask(container(), userId, id);
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') notFound();
    throw error;
  }
}

export default async function TaskPage({ params }: { params: Params }) {
  const { id } = await params;
  const { user } = await requireUser();
  const task = await ownTask(user.id, id);
  return (
    <>
      <BackLink href={paths.tasks}>Back to the list</BackLink>
      <PageHeading title="Edit task" />
      <EditTask task={task} />
    </>
  );
}
