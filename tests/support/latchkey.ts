import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { testEnvironment } from './environment.ts';

/** `npm run latchkey -- <words>`, as a process of its own. */
export function runLatchkey(words: string[], input: string, settings: Record<string, string>) {
  return runScript('scripts/latchkey.ts', words, { input, env: testEnvironment(settings) });
}

/** A script of the app in `folder`, and all that it says. */
export async function runScript(
  script: string,
  words: string[],
  { input = '', env = {}, folder = '.' }: { input?: string; env?: Record<string, string>; folder?: string } = {},
) {
  const options = { env: { ...process.env, ...env }, cwd: folder };
  const child = spawn(process.execPath, ['--conditions=react-server', join(folder, script), ...words], options);
  child.stdin.end(input);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk;
    });
  const [code] = await once(child, 'close');
  return { code, output };
}
