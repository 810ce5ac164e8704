import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { memoryFolder } from '#tests/support/folders.ts';
import { storeModel } from './store-model.ts';

storeModel('SQLite', { usual: 1000, deep: 5000 }, async () => {
  const folder = memoryFolder('rotation');
  return { url: `file:${join(folder, 'test.db')}`, close: async () => rmSync(folder, { recursive: true }) };
});
