/** Copies of the built app whose middleware does not run. */
import { join } from 'node:path';
import { changeJson, copyApp } from './copied-app.ts';

/** Takes the middleware out of Next's router in a copy. */
export function unguardRouter(folder: string): void {
  changeJson(join(folder, '.next/server/middleware-manifest.json'), { middleware: {}, sortedMiddleware: [] });
}

/** Takes the middleware out of the way past Next's router in a copy. */
export function unguardDirect(folder: string): void {
  changeJson(join(folder, '.next/latchkey-front.json'), { guarded: '(?!)' });
}

/** Copies the app without its middleware, in both ways. Returns the folder. */
export function copyWithoutMiddleware(): string {
  const folder = copyApp();
  unguardRouter(folder);
  unguardDirect(folder);
  return folder;
}
