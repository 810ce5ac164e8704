import { TasksOf } from '../../../../shared/tasks-view.tsx';
import { currentUser } from '../user.ts';

export const metadata = { title: 'Tasks' };

/** The task page of whomever a plain cookie names. Nothing is checked. */
export default async function Page() {
  const { id } = await currentUser();
  return <TasksOf userId={id} />;
}
