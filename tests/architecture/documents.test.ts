import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const read = (file: string) => readFileSync(file, 'utf8');

describe('the documents', () => {
  const documents = globSync('{*.md,docs/**/*.md}');

  test.each(documents)('%s names only files that exist', (document) => {
    const named = [
      ...read(document).matchAll(/`((?:app|components|db|docs|lib|scripts|tests)\/[\w./()[\]-]+\.\w+)`/g),
    ].map(([, path]) => path ?? '');
    const linked = [...read(document).matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)(?:#[^)]*)?\)/g)].map(
      ([, path]) => path ?? '',
    );
    const folder = document.includes('/') ? document.slice(0, document.lastIndexOf('/') + 1) : '';
    expect([...named, ...linked.map((path) => folder + path)].filter((path) => !existsSync(path))).toEqual([]);
  });

  // A page and a half: who reads it decides in that time.
  test.each(['README.md', 'ARCHITECTURE.md'])('%s is at most 120 lines', (document) => {
    expect(read(document).split('\n').length - 1).toBeLessThanOrEqual(120);
  });

  test('.env.example documents every setting', () => {
    const names = [...read('lib/core/settings.ts').matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(([, name]) => name ?? '');
    expect(names.length).toBeGreaterThan(15);
    const example = read('.env.example');
    expect(names.filter((name) => !new RegExp(`^#? ?${name}=`, 'm').test(example))).toEqual([]);
  });
});
