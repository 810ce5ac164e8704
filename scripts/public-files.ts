import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';

/** Lists the files in `folder` as paths of the app, each in the one spelling that browsers send: `/a%20b.png`. */
export function publicFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return (
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      // An editor may leave a link that leads nowhere.
      .filter((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.isFile())
      .map((name) => new URL(`file:///${name.replaceAll(sep, '/').replace(/[%?#\\]/g, encodeURIComponent)}`).pathname)
      .sort()
  );
}
