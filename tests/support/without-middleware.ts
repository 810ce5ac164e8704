/** A copy of the built app whose middleware never runs. All else is the same build, byte for byte. */
import { cpSync, globSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Answers the folder it stands in. */
export function copyWithoutMiddleware(): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-bare-'));
  const parts = ['.next', 'app', 'components', 'db', 'lib', 'public', 'scripts', 'package.json', 'package-lock.json'];
  for (const part of [...parts, ...globSync('*.{ts,mjs}')])
    cpSync(part, join(folder, part), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => path !== join('.next', 'cache'),
    });
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  const file = join(folder, '.next/server/middleware-manifest.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...manifest, middleware: {}, sortedMiddleware: [] }));
  return folder;
}
