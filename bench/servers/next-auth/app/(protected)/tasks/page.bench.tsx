import { redirect } from 'next/navigation';
import { TasksPage } from '../../../../shared/tasks-view.tsx';
import { auth } from '../../../auth.ts';

export const metadata = { title: 'Tasks' };

export default async function Page() {
  const session = await auth();
  if (!session?.user?.id) redirect('/login');
  const { id, email, name } = session.user;
  return <TasksPage user={{ id, email: email ?? '', name: name ?? null }} />;
}
