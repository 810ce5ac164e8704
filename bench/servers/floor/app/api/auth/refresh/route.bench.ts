import { cookies } from 'next/headers';
import { store } from '../../../../../shared/tasks.ts';
import { issue } from '../../../../primitives.ts';

/** One read, one write, and what `issue` makes. The cookie is believed. */
export async function POST(): Promise<Response> {
  const [id = '', head] = (await cookies()).get('floor-refresh')?.value.split('.') ?? [];
  const found = await store.findSession(id);
  if (!found || found.session.head !== Number(head)) return new Response(null, { status: 401 });
  const { session } = found;
  const next = { ...session, head: session.head + 1, parent: session.head, exchangedAt: Date.now() };
  await store.advance(id, session.version, next);
  return issue(session, next.head);
}
