import { cookies } from 'next/headers';
import { TasksPage } from '../../../../shared/tasks-view.tsx';

export const metadata = { title: 'Tasks' };

/** The task page of whomever a plain cookie names. Nothing is checked. */
export default async function Page() {
  const id = (await cookies()).get('floor-user')?.value ?? '';
  return <TasksPage user={{ id, email: 'person@example.org', name: 'Person' }} />;
}
