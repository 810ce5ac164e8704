import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { publicFiles } from '#scripts/public-files.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-public-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const names = [
  'robots.txt',
  '.well-known/security.txt',
  'img/a b.png',
  'img/ü (1).png',
  'a+b@2x,c.png',
  '100%.txt',
  'a?b#c.txt',
  'a~[b].txt',
];

test('each file in public/ is listed as browsers ask for it, and no folder is', () => {
  for (const name of names) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), '');
  }
  symlinkSync(join(folder, 'robots.txt'), join(folder, 'linked.txt'));
  symlinkSync(join(folder, 'nowhere'), join(folder, '.#robots.txt'));
  const asked = [...names, 'linked.txt'].map((name) => `/${name.replace(/[%?#]/g, encodeURIComponent)}`);
  expect(publicFiles(folder)).toEqual(asked.map((path) => new URL(path, 'http://localhost').pathname).sort());
});

test('without the folder there are none', () => {
  expect(publicFiles(join(folder, 'nothing'))).toEqual([]);
});
