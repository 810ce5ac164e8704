import { execFileSync } from 'node:child_process';
import { testEnvironment } from '#tests/support/environment.ts';
import type { RunningServer } from '#tests/support/server.ts';

/** Makes what an operator makes: a link to set a password. */
export function resetLink({ url, databaseUrl }: RunningServer, email: string): string {
  const settings = testEnvironment({ APP_URL: url, DATABASE_URL: databaseUrl });
  const words = ['--conditions=react-server', 'scripts/latchkey.ts', 'password', 'reset', email];
  const output = execFileSync(process.execPath, words, { env: { ...process.env, ...settings }, encoding: 'utf8' });
  return /http\S+#\S+/.exec(output)?.[0] ?? '';
}
