import { headers } from 'next/headers';
import { tasksOf } from '../../../../shared/tasks.ts';
import { auth } from '../../../auth.ts';

export async function GET(): Promise<Response> {
  const session = await auth.api.getSession({ headers: await headers() });
  if (!session) return Response.json({ message: 'Not signed in' }, { status: 401 });
  return Response.json(await tasksOf(session.user.id));
}
