import { tasksOf } from '../../../../shared/tasks.ts';
import { auth } from '../../../auth.ts';

export async function GET(): Promise<Response> {
  const session = await auth();
  if (!session?.user?.id) return Response.json({ message: 'Not signed in' }, { status: 401 });
  return Response.json(await tasksOf(session.user.id));
}
