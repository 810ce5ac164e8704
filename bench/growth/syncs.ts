import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';

const page = Buffer.alloc(4096, 1);
const pages = 1000;
const measuredMs = 1000;

/** Returns how often in a second the disk keeps 4 KB for good, one after the other, as a commit needs it. */
export function measureSyncs(path: string): number {
  const file = openSync(path, 'w');
  const write = (place: number) => writeSync(file, page, 0, page.length, place * page.length);
  // The file has its size before, like a WAL that is written anew.
  for (let place = 0; place < pages; place++) write(place);
  fdatasyncSync(file);
  const start = performance.now();
  let count = 0;
  for (; performance.now() - start < measuredMs; count++) {
    write(count % pages);
    fdatasyncSync(file);
  }
  const seconds = (performance.now() - start) / 1000;
  closeSync(file);
  rmSync(path);
  return count / seconds;
}
