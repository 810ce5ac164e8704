/** Collects every table on PostgreSQL. A feature that can be taken out has its own in a folder, and two lines here. */
import * as tasks from '#db/postgres/tasks/schema.ts'; // tasks
import * as factors from './factors-schema.ts';
import * as providers from './providers-schema.ts';
import * as core from './schema.ts';

export const tables = {
  ...core,
  ...factors,
  ...providers,
  ...tasks, // tasks
};
