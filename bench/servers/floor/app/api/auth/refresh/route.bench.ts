import { cookies } from 'next/headers';
import { store } from '../../../../../shared/tasks.ts';
import { issue } from '../../../../primitives.ts';

/** Makes one read, one write and the cookies of `issue`. Believes the cookie. */
export async function POST(): Promise<Response> {
  const [id = '', head] = (await cookies()).get('floor-refresh')?.value.split('.') ?? [];
  const found = await store.findSession(id);
  if (!found || found.session.head !== Number(head)) return new Response(null, { status: 401 });
  const { session } = found;
  const next = { ...session, head: session.head + 1, parent: session.head, exchangedAt: Date.now() };
  await store.advance(id, session.version, next);
  return issue(session, next.head);
}
