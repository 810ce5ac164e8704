import { TasksOf } from '../../../../shared/tasks-view.tsx';
import { currentUser } from '../user.ts';

export const metadata = { title: 'Tasks' };

/** Shows the tasks of whoever a plain cookie names. Nothing is checked. */
export default async function Page() {
  const { id } = await currentUser();
  return <TasksOf userId={id} />;
}
