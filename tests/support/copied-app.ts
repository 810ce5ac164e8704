/** A copy of the built app, to be changed: the same build, byte for byte. */
import { cpSync, globSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Copies the app and its build. Returns the folder. */
export function copyApp(): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-copy-'));
  const parts = ['.next', 'app', 'components', 'db', 'lib', 'public', 'scripts', 'package.json', 'package-lock.json'];
  for (const part of [...parts, ...globSync('*.{ts,mjs}')])
    cpSync(part, join(folder, part), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => path !== join('.next', 'cache'),
    });
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Changes parts of a JSON file. */
export function changeJson(file: string, changes: object): void {
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...changes }));
}
