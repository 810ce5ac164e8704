/** Every table on SQLite. The other dialect's have the same shape. */

import * as tasks from '#db/sqlite/tasks/schema.ts'; // tasks
import * as core from './schema.ts';

export const tables = {
  ...core,
  ...tasks, // tasks
};
