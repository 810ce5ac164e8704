/** The servers that are measured: how each is built, started and spoken to. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Dialect } from './drive/talk.ts';
import { firstLine, python } from './machine.ts';

export const serverIds = [
  'floor',
  'floor-edge',
  'latchkey',
  'better-auth',
  'better-auth-cache',
  'better-auth-edge',
  'next-auth',
  'fastapi',
] as const;
export type ServerId = (typeof serverIds)[number];

/** An app of bench/servers that Next builds. */
export interface NextApp {
  folder: string;
  distDir: string;
}

export interface Server {
  title: string;
  dialect: Dialect;
  /** Next app to build, or null for a server that this suite does not build. */
  app: NextApp | null;
  command: (port: number) => string[];
  cwd: string;
  env?: Record<string, string>;
  /** True if the server is made of packages in bench/package.json. */
  isPeer: boolean;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const folderOf = (name: string) => fileURLToPath(new URL(`servers/${name}`, import.meta.url));
/** Arguments that `npm start`, which begins with `exec node`, gives to Node. */
const startWords: string[] = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
  .scripts.start.split(' ')
  .slice(2);
export const nextBin = `${root}node_modules/next/dist/bin/next`;

function nextServer(title: string, dialect: Dialect, name: string, rest: Partial<Server & NextApp> = {}): Server {
  const { distDir = '.next', ...server } = rest;
  const folder = folderOf(name);
  const command = (port: number) => [process.execPath, nextBin, 'start', folder, '--port', String(port)];
  return { title, dialect, app: { folder, distDir }, command, cwd: root, isPeer: false, ...server };
}

export const servers: Record<ServerId, Server> = {
  floor: nextServer('floor', 'floor', 'floor', { distDir: '.next/bare' }),
  'floor-edge': nextServer('floor behind an empty middleware', 'floor', 'floor', {
    distDir: '.next/edge',
    env: { FLOOR_MIDDLEWARE: 'on' },
  }),
  latchkey: {
    title: 'Latchkey',
    dialect: 'latchkey',
    app: null,
    command: () => [process.execPath, ...startWords],
    cwd: root,
    env: { RATE_LIMITS: 'off', LATCHKEY_WORKERS: '1' },
    isPeer: false,
  },
  'better-auth': nextServer('better-auth', 'better-auth', 'better-auth', { distDir: '.next/node', isPeer: true }),
  'better-auth-cache': nextServer('better-auth, cookie cache', 'better-auth', 'better-auth', {
    distDir: '.next/node',
    env: { BETTER_AUTH_COOKIE_CACHE: 'on' },
    isPeer: true,
  }),
  'better-auth-edge': nextServer('better-auth, its check on the edge runtime', 'better-auth', 'better-auth', {
    distDir: '.next/edge',
    env: { BETTER_AUTH_MIDDLEWARE: 'edge' },
    isPeer: true,
  }),
  'next-auth': nextServer('next-auth', 'next-auth', 'next-auth', { isPeer: true }),
  fastapi: {
    title: 'FastAPI',
    dialect: 'fastapi',
    app: null,
    command: (port) => [python, '-m', 'uvicorn', 'main:app', '--port', String(port), '--log-level', 'warning'],
    cwd: folderOf('fastapi'),
    isPeer: false,
  },
};

/** Returns the command that installs what a server lacks to be measured here, or null if it lacks nothing. */
export function obstacleTo(id: ServerId): string | null {
  const needs = 'import fastapi, uvicorn, uvloop, httptools, jose, passlib, bcrypt, multipart; print(1)';
  if (id !== 'fastapi' || firstLine(python, ['-c', needs]) !== null) return null;
  return 'apt-get install python3-fastapi uvicorn python3-uvloop python3-httptools python3-jose python3-passlib python3-bcrypt python3-multipart';
}
