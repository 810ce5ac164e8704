import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storeModel } from './store-model.ts';

storeModel('SQLite', 5000, async () => {
  // In memory where there is such a folder: thousands of runs wait for every commit.
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'latchkey-rotation-'));
  return { url: `file:${join(folder, 'test.db')}`, close: async () => rmSync(folder, { recursive: true }) };
});
