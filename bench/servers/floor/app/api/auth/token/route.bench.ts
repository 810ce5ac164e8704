import { randomBytes, randomUUID } from 'node:crypto';
import bcrypt from 'bcryptjs';
import type { NewSession } from '../../../../../../../db/store/sessions.ts';
import { store } from '../../../../../shared/tasks.ts';
import { issue } from '../../../../primitives.ts';

/**
 * Reads the user, compares the password with bcryptjs on this thread as its documentation shows, and writes a session.
 */
export async function POST(request: Request): Promise<Response> {
  const isForm = request.headers.get('content-type') === 'application/x-www-form-urlencoded';
  const { email, password } = isForm ? Object.fromEntries(await request.formData()) : await request.json();
  const user = await store.findUserByEmail(email);
  if (!user?.passwordHash || !(await bcrypt.compare(password, user.passwordHash)))
    return new Response(null, { status: 401 });
  const session = newSession(user.id);
  await store.beginSession({
    session,
    basis: { kind: 'credentials', shown: user },
    endSessionId: null,
    event: {
      ...blank,
      id: randomUUID(),
      userId: user.id,
      sessionId: session.id,
      type: 'signed_in',
      at: session.createdAt,
    },
  });
  const response = await issue(session, 0);
  return isForm
    ? new Response(null, { status: 303, headers: [...response.headers, ['Location', '/tasks']] })
    : response;
}

const blank = { userAgent: null, ip: null };
const yearMs = 365 * 86_400_000;

function newSession(userId: string): NewSession {
  const createdAt = new Date();
  const expiresAt = createdAt.getTime() + yearMs;
  const times = { createdAt, lastUsedAt: createdAt, authTime: createdAt, expiresAt, idleExpiresAt: expiresAt };
  const row = { seed: randomBytes(32), headKid: 'floor', persistent: false, appEpoch: 0, amr: 'pwd', replaces: null };
  return { id: randomUUID(), userId, ...row, ...times, ...blank };
}
