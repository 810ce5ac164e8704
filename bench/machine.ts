/** The machine that the numbers were measured on, and the cores for server and driver. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';

/** Path of Debian's Python, which sees Debian's packages. The first on the PATH may be another. */
export const python = '/usr/bin/python3';

/** True with two cores or more and Linux's taskset: the server then has the first core, the driver the second. */
export const isPinned = availableParallelism() > 1 && firstLine('taskset', ['--version']) !== null;

export function pinned(who: 'server' | 'driver', command: string[]): string[] {
  return isPinned ? ['taskset', '--cpu-list', who === 'server' ? '0' : '1', ...command] : command;
}

/** Version of wrk, or null if it is not installed. wrk prints its version and exits with an error code. */
export const wrkVersion = /^wrk (\S+)/.exec(firstLine('sh', ['-c', 'wrk --version 2>&1 || true']) ?? '')?.[1] ?? null;

/**
 * Returns the load of the machine in the last minute, other work included. The results show it, so that a reader can tell
 * when others used the machine, too.
 */
export const loadNow = () => Math.round((loadavg()[0] ?? 0) * 100) / 100;

export interface Machine {
  processor: string;
  cores: number;
  memoryGb: number;
  system: string;
  isPinned: boolean;
  versions: Record<string, string>;
}

export function machine(): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    system: `${type()} ${release()}`,
    isPinned,
    versions: versions(),
  };
}

function versions(): Record<string, string> {
  const ours = ['next', 'react', 'bcryptjs', 'better-sqlite3', 'jose', 'iron-session'];
  const found: [string, string | null][] = [
    ['node', process.versions.node],
    ...ours.map((name): [string, string | null] => [name, packageVersion(`../node_modules/${name}`)]),
    ...['better-auth', 'next-auth'].map((name): [string, string | null] => [
      name,
      packageVersion(`node_modules/${name}`),
    ]),
    ['wrk', wrkVersion],
    ['python', firstLine(python, ['-c', 'import platform; print(platform.python_version())'])],
    ...['fastapi', 'uvicorn', 'jose', 'passlib', 'bcrypt'].map((name): [string, string | null] => [
      `python ${name}`,
      firstLine(python, ['-c', `import ${name}; print(${name}.__version__)`]),
    ]),
  ];
  return Object.fromEntries(found.flatMap(([name, version]) => (version === null ? [] : [[name, version]])));
}

function packageVersion(folder: string): string | null {
  try {
    return JSON.parse(readFileSync(fileURLToPath(new URL(`${folder}/package.json`, import.meta.url)), 'utf8')).version;
  } catch {
    return null;
  }
}

/** Returns the first line that a program prints, or null if the program is missing. */
export function firstLine(program: string, words: string[]): string | null {
  try {
    return (
      execFileSync(program, words, { stdio: ['ignore', 'pipe', 'ignore'] })
        .toString()
        .split('\n', 1)[0] ?? null
    );
  } catch {
    return null;
  }
}
