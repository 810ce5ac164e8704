import 'server-only';
import { exportTasks } from '#lib/server/tasks/tasks.ts'; // tasks
import type { Container } from './container.ts';

/** Reads, in pages, what a feature keeps about a person. */
export type ReadExport = (deps: Pick<Container, 'store'>, userId: string) => AsyncIterable<unknown[]>;

/** Lists what features that can be taken out add to the file that people take along, by its key in it. */
export const featureExports: Record<string, ReadExport> = {
  tasks: exportTasks, // tasks
};
