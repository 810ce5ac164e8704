import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { testEnvironment } from './environment.ts';

/** `npm run latchkey -- <words>`, as a process of its own. */
export async function runLatchkey(words: string[], input: string, settings: Record<string, string>) {
  const env = { ...process.env, ...testEnvironment(settings) };
  const child = spawn(process.execPath, ['--conditions=react-server', 'scripts/latchkey.ts', ...words], { env });
  child.stdin.end(input);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk;
    });
  const [code] = await once(child, 'close');
  return { code, output };
}
