/** What is installed is what was looked at: exact versions, whole by their hash, run by no script that is not argued for. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

const read = (file: string) => readFileSync(file, 'utf8');
const versions = z.record(z.string(), z.string()).default({});
const manifest = z
  .object({
    dependencies: versions,
    devDependencies: versions,
    allowScripts: z.record(z.string(), z.boolean()),
    scripts: versions,
  })
  .parse(JSON.parse(read('package.json')));
const entry = z.object({
  version: z.string().optional(),
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  license: z.string().optional(),
  dev: z.boolean().optional(),
  inBundle: z.boolean().optional(),
  link: z.boolean().optional(),
  hasInstallScript: z.boolean().optional(),
  dependencies: versions,
  devDependencies: versions,
});
const lockOf = (folder: string) => {
  const lock = z.object({ packages: z.record(z.string(), entry) });
  const { '': root, ...installed } = lock.parse(JSON.parse(read(`${folder}package-lock.json`))).packages;
  return { root, installed };
};
const { root, installed } = lockOf('');
/** What the measurements install, by themselves. */
const bench = lockOf('bench/');
const packages = Object.entries(installed).map(([path, one]) => ({
  ...one,
  path,
  name: path.replace(/^.*node_modules\//, ''),
}));
const decision = read('docs/decisions/010-dependencies.md');
const direct = { ...manifest.dependencies, ...manifest.devDependencies };

describe('versions', () => {
  test('are exact, and the lock says the same', () => {
    const every = Object.entries({ ...direct, ...bench.root?.dependencies });
    expect(every.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
    expect([root?.dependencies, root?.devDependencies]).toEqual([manifest.dependencies, manifest.devDependencies]);
    const differing = Object.entries(direct).filter(
      ([name, version]) => installed[`node_modules/${name}`]?.version !== version,
    );
    expect(differing).toEqual([]);
  });

  test('of all packages are pinned by a hash, and none comes from elsewhere than the registry', () => {
    expect(packages.length).toBeGreaterThan(100);
    const all = [...packages, ...Object.entries(bench.installed).map(([path, one]) => ({ ...one, path }))];
    // What is bundled in another package stands under that one's hash.
    const unpinned = all.filter(
      ({ integrity, inBundle }) => !inBundle && !/^sha512-[\w+/]{86}==$/.test(integrity ?? ''),
    );
    expect(unpinned.map(({ path }) => path)).toEqual([]);
    const foreign = all.filter(
      ({ resolved, link }) => link || (resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/')),
    );
    expect(foreign.map(({ path }) => path)).toEqual([]);
  });

  test('of Next are at or above the patched floor, 16.4.1', () => {
    const [major = 0, minor = 0, patch = 0] = (installed['node_modules/next']?.version ?? '').split('.').map(Number);
    expect(major * 1e6 + minor * 1e3 + patch).toBeGreaterThanOrEqual(16_004_001);
    expect(JSON.parse(read('node_modules/next/package.json')).version).toBe(manifest.dependencies.next);
  });

  test('are installed from the lock alone', () => {
    expect(read('.ci/run')).toMatch(/^npm ci$/m);
    expect(Object.keys(manifest.scripts).filter((name) => /^(pre|post)?(install|prepare|publish)/.test(name))).toEqual(
      [],
    );
  });
});

/** The entry of the decision that argues for a script, by the name in backquotes at its beginning. */
const section = (title: string) => decision.split(`## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
const argued = (title: string) =>
  section(title)
    .split('\n')
    .flatMap((line) => [...(/^- (.*?): /.exec(line)?.[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
const isArgued = (title: string, name: string) =>
  argued(title).some((one) => (one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : name === one));

describe('install scripts', () => {
  const { allowScripts } = manifest;
  // node-gyp is run without a script where there is a binding.gyp, and the lock does not say so.
  const compiled = globSync('node_modules/{*,@*/*}/binding.gyp').map((file) => file.split('/').slice(1, -1).join('/'));
  const scripted = new Set([...packages.filter((one) => one.hasInstallScript).map(({ name }) => name), ...compiled]);

  test('run for those that are listed, and each that wants one is decided on', () => {
    expect(Object.keys(allowScripts).sort()).toEqual([...scripted].sort());
  });

  test('are in nothing that the measurements install', () => {
    expect(Object.entries(bench.installed).filter(([, one]) => one.hasInstallScript)).toEqual([]);
  });

  test('that run are argued for', () => {
    const allowed = Object.entries(allowScripts).filter(([, isAllowed]) => isAllowed);
    expect(allowed.filter(([name]) => !isArgued('Install scripts', name))).toEqual([]);
  });
});

test('each dependency is argued for', () => {
  const named = (name: string) => ['At run time', 'For development'].some((title) => isArgued(title, name));
  expect(Object.keys(direct).filter((name) => !named(name))).toEqual([]);
});

test('the licences of what runs are compatible with MIT: permissive ones, and those that are argued for', () => {
  const permissive = ['MIT', 'ISC', '0BSD', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0'];
  const others = packages.filter(({ dev, license = '' }) => !dev && !permissive.includes(license));
  expect(others.filter(({ name }) => !isArgued('Licences', name)).map(({ name, license }) => [name, license])).toEqual(
    [],
  );
  const changed = packages.filter(({ path, license, version }) => {
    const file = `${path}/package.json`;
    const there = existsSync(file) ? JSON.parse(read(file)) : { license, version };
    return there.license !== license || there.version !== version;
  });
  expect(changed.map(({ path }) => path)).toEqual([]);
});

describe('the image', () => {
  test('is built and run by the Node that everything else runs on', () => {
    expect(read('Dockerfile')).toContain(`ARG NODE=${manifest.devDependencies.node}\n`);
    const stages = read('Dockerfile').match(/^FROM .*$/gm) ?? [];
    expect(stages).toHaveLength(2);
    for (const stage of stages) expect(stage).toMatch(/^FROM node:\$\{NODE\}-bookworm-slim( AS build)?$/);
  });

  test('starts the app as `npm start` does, as a user without rights', () => {
    const started = JSON.stringify(manifest.scripts.start?.replace(/^exec /, '').split(' ')).replaceAll(',', ', ');
    expect(read('Dockerfile').trimEnd().endsWith(`\nCMD ${started}`)).toBe(true);
    expect(read('Dockerfile')).toMatch(/^USER node$/m);
  });

  test('holds no settings, no data and no history', () => {
    expect(read('.dockerignore').split('\n')).toEqual(
      expect.arrayContaining(['.env*', 'data', '.git', 'node_modules']),
    );
  });
});
