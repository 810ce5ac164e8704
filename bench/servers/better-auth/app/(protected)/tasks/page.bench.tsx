import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { TasksPage } from '../../../../shared/tasks-view.tsx';
import { auth } from '../../../auth.ts';

export const metadata = { title: 'Tasks' };

export default async function Page() {
  const session = await auth.api.getSession({ headers: await headers() });
  if (!session) redirect('/login');
  return <TasksPage user={session.user} />;
}
