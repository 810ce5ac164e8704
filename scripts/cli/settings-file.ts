import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

/**
 * Gives a setting a new value in `file`, where it comes from there: its value in the file is the one `inForce`. Everything
 * else in the file stays; it is replaced in one step, with mode 0600. `elsewhere`: nothing is written.
 */
export function put(file: string, name: string, value: string, inForce: string | undefined): 'rewritten' | 'elsewhere' {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (parseEnv(text)[name] !== inForce) return 'elsewhere';
  const line = new RegExp(`^[ \\t]*(?:export[ \\t]+)?${name}[ \\t]*=.*$`, 'm');
  writeFileSync(
    `${file}.new`,
    text.replace(line, () => `${name}=${value}`),
    { mode: 0o600 },
  );
  chmodSync(`${file}.new`, 0o600);
  renameSync(`${file}.new`, file);
  return 'rewritten';
}
