import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Lists the files in `folder` as paths of the app, each in the one spelling that browsers send: `/a%20b.png`. */
export function publicFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => pathToFileURL(`/${name.replaceAll(sep, '/')}`, { windows: false }).pathname)
    .sort();
}
