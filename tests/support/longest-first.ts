import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Lists the files that would go on alone at the end of a run, the longest first. */
const longest = [
  /\/rotation\/sqlite/,
  /\/fuzz\/routes/,
  /\/runtime\/processes/,
  /\/contract\/sqlite-lock/,
  /\/contract\/postgres-migrate/,
  /\/rotation\/postgres/,
];

/** Starts the files that take longest first; of the rest those that took longest last time, or are largest. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = longest.findIndex((pattern) => pattern.test(moduleId));
      return place === -1 ? longest.length : place;
    };
    const sorted = await super.sort(files);
    return sorted.sort((a, b) => a.project.name.localeCompare(b.project.name) || rank(a) - rank(b));
  }
}
