import { throwAwayAgent } from '#lib/core/demo/throw-away.ts';
import { beginSession } from '#lib/server/sessions/begin.ts';
import type { TestApp } from '#tests/support/app.ts';

/** Makes a throw-away session of somebody's, as the demo page does. */
export async function makeThrowAwaySession({ deps }: TestApp, { id: userId }: { id: string }) {
  const basis = { kind: 'credentials', shown: { credentialVersion: 0, epoch: 0 } } as const;
  const requester = { userAgent: throwAwayAgent, ip: null };
  const session = await beginSession(deps, { userId, basis, event: 'signed_in', persistent: false, requester });
  if (!session) throw new Error('A session was refused.');
  return { throwAwayId: session.id };
}
