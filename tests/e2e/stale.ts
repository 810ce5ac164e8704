import Database from 'better-sqlite3';
import type { RunningServer } from '#tests/support/server.ts';

/** Makes it long ago that a person showed who they are, in all their sessions: whatever asks for a fresh sign-in refuses them. */
export function makeStale({ databaseUrl }: Pick<RunningServer, 'databaseUrl'>, email: string): void {
  const database = new Database(databaseUrl.replace('file:', ''));
  const { changes } = database
    .prepare('UPDATE sessions SET auth_time = 0 WHERE user_id = (SELECT id FROM users WHERE email = ?)')
    .run(email);
  database.close();
  if (changes === 0) throw new Error(`${email} has no session.`);
}
