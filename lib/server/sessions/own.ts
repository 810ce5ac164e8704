import 'server-only';
import type { Container } from '#lib/server/runtime/container.ts';

/** Lists the ids under which a session may have begun something: its own, and that of the session whose place it took. */
export async function ownSessionIds({ store }: Pick<Container, 'store'>, sessionId: string): Promise<string[]> {
  const found = await store.findSession(sessionId);
  const replaced = found?.session.replaces ?? null;
  return replaced === null ? [sessionId] : [sessionId, replaced];
}
