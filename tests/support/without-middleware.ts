/** A copy of the built app whose middleware never runs, neither by Next nor past it. */
import { join } from 'node:path';
import { changeJson, copyApp } from './copied-app.ts';

/** Returns the folder it stands in. */
export function copyWithoutMiddleware(): string {
  const folder = copyApp();
  changeJson(join(folder, '.next/server/middleware-manifest.json'), { middleware: {}, sortedMiddleware: [] });
  changeJson(join(folder, '.next/latchkey-front.json'), { guarded: '(?!)' });
  return folder;
}
