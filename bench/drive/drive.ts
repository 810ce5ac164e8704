/** Puts a server to work: by wrk if it is installed and the work is a plain read, else by a process of our own. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pinned, wrkVersion } from '../machine.ts';
import { requestFor, type Session } from './talk.ts';
import type { Driven, Job } from './worker.ts';

export type Measured = Omit<Driven, 'sessions' | 'cpuSeconds'>;

/** Cores that the driver may use: its own, or any if the server and the driver share both. */
export type Cores = 'own' | 'any';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** Runs a job in a process of its own. Calls `onBegun` when everybody is signed in and the first requests go out. */
export async function drive(job: Job, cores: Cores = 'own', onBegun = () => {}): Promise<Driven> {
  const worker = [process.execPath, join(folder, 'worker.ts')];
  const output = await run(worker, cores, { input: JSON.stringify(job), onOutput: onBegun });
  return JSON.parse(output.slice('begun'.length));
}

/** Signs people in, for later jobs. */
export async function signedIn(job: Pick<Job, 'base' | 'dialect' | 'people'>): Promise<Session[]> {
  return (await drive({ ...job, works: [], until: { requests: 0 } }, 'any')).sessions;
}

/** Drives reads or pages for some seconds, with one connection for each session. */
export async function read(
  work: 'read' | 'page',
  { base, dialect, sessions, seconds }: Required<Pick<Job, 'base' | 'dialect' | 'sessions'>> & { seconds: number },
  cores: Cores = 'own',
): Promise<Measured> {
  if (!wrkVersion) {
    const people = sessions.map(({ person }) => person);
    return drive({ base, dialect, works: [work], people, sessions, until: { seconds } }, cores);
  }
  const scratch = mkdtempSync(join(tmpdir(), 'latchkey-wrk-'));
  try {
    const prepared = join(scratch, 'requests.lua');
    const requests = sessions.map((session) => requestFor(dialect, work, session));
    writeFileSync(prepared, `return ${lua({ must: 'Task 10 of person ', requests })}`);
    const load = ['-t1', `-c${sessions.length}`, `-d${seconds}s`, '--timeout', '30s'];
    const output = await run(['wrk', ...load, '-s', join(folder, 'wrk.lua'), base, '--', prepared], cores);
    return parse(output);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** Parses the line that wrk.lua writes at the end. */
function parse(output: string): Measured {
  const fields = /^RESULT\t(.*)$/m.exec(output)?.[1]?.split('\t');
  if (!fields) throw new Error(`wrk said nothing of use:\n${output}`);
  const [requests = 0, failed = 0, seconds = 0, p50Ms = 0, p99Ms = 0] = fields.slice(0, 5).map(Number);
  return { requests, failed, problem: fields[5] || null, perSecond: requests / seconds, p50Ms, p99Ms };
}

/** Writes text, lists and records as Lua. */
function lua(value: unknown): string {
  if (Array.isArray(value)) return `{${value.map(lua).join(', ')}}`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([key, one]) => `[${JSON.stringify(key)}] = ${lua(one)}`);
  return `{${fields.join(', ')}}`;
}

async function run(command: string[], cores: Cores, { input = '', onOutput = () => {} } = {}): Promise<string> {
  const [program = '', ...words] = cores === 'own' ? pinned('driver', command) : command;
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(input);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    onOutput();
  });
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  );
  if (code !== 0) throw new Error(`${program} ended with ${code}:\n${output}`);
  return output;
}
