/** Says how long each suite may take, so that the whole stays worth waiting for. `npm test` tells how long each took. */
export interface Budget {
  suite: string;
  /** Matches the paths of its files, as seen from the root. */
  files: RegExp;
  /** Limits what its files take, added up, on two cores that do nothing else. Two files run at a time. */
  seconds: number;
}

export const budgets: readonly Budget[] = [
  { suite: 'unit', files: /^(?!tests\/)|^tests\/support\//, seconds: 10 },
  { suite: 'contract', files: /^tests\/contract\//, seconds: 40 },
  { suite: 'integration', files: /^tests\/integration\//, seconds: 120 },
  { suite: 'rotation', files: /^tests\/rotation\//, seconds: 40 },
  { suite: 'fuzz', files: /^tests\/fuzz\//, seconds: 40 },
  { suite: 'front', files: /^tests\/front\//, seconds: 70 },
  { suite: 'architecture', files: /^tests\/architecture\//, seconds: 10 },
  { suite: 'other browsers', files: /^tests\/browsers\//, seconds: 240 },
  { suite: 'browser', files: /^tests\/e2e\//, seconds: 700 },
];

/** Tells, one line a suite, what its files took together, and plainly so where that is more than they may. */
export function timesOfSuites(files: readonly { path: string; seconds: number }[]): string[] {
  return budgets.flatMap(({ suite, files: pattern, seconds: limit }) => {
    const own = files.filter(({ path }) => pattern.test(path));
    if (own.length === 0) return [];
    const seconds = own.reduce((total, file) => total + file.seconds, 0);
    const verdict = seconds > limit ? 'OVER its budget of' : 'of';
    const count = new Set(own.map(({ path }) => path)).size;
    return [`${suite.padEnd(15)}${seconds.toFixed(0).padStart(4)} s ${verdict} ${limit} s, ${count} files`];
  });
}
