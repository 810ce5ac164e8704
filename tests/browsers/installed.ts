/** Finds the browsers of this machine, besides Chromium. Nothing is downloaded: they are the system's own. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

interface Needs {
  /** Programs by any one of their names: the browser, or what drives it, comes first. */
  programs: string[][];
  /** Says how to get them on Debian. */
  remedy: string;
}

const needs = {
  firefox: { programs: [['firefox-esr', 'firefox']], remedy: 'apt-get install firefox-esr' },
  webkit: { programs: [['WebKitWebDriver'], ['Xvfb']], remedy: 'apt-get install webkit2gtk-driver xvfb' },
} satisfies Record<string, Needs>;

export type BrowserName = keyof typeof needs;

/** Returns the path of what starts a browser, or says what is missing and how to install it. */
export function findBrowser(name: BrowserName): { path: string } | { missing: string } {
  const { programs, remedy } = needs[name];
  const found = programs.map((names) => names.map(onPath).find((path) => path !== null));
  const missing = programs.filter((_, index) => !found[index]).map((names) => names.join(' or '));
  const [path] = found;
  if (path && missing.length === 0) return { path };
  return { missing: `${missing.join(' and ')} not found; on Debian: ${remedy}` };
}

function onPath(program: string): string | null {
  const paths = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, program));
  return paths.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
