/**
 * The driver's own process. It reads one job as JSON from its standard input, prints `begun`, then one line of JSON.
 */
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { Person } from '../seed.ts';
import { connect } from './http.ts';
import { type Dialect, keep, problemIn, requestFor, type Session, stranger, type Work } from './talk.ts';

/**
 * Says when a job ends: after `seconds`, or after `requests` in all. With `everyMs`, each connection has a request due
 * at that interval, and its time counts from then, whether or not the connection was free. Without `everyMs`, the next
 * request goes out when the one before is answered. A server that stands still is then asked less often, and its median
 * hides the wait.
 */
type Until = { seconds: number } | { seconds: number; everyMs: number } | { requests: number };

export interface Job {
  base: string;
  dialect: Dialect;
  /**
   * Kinds of requests that each connection makes, again and again, in this order. Each begins at another place of it, so
   * that the kinds are mixed at every moment.
   */
  works: Work[];
  /** People to act for, each on a connection of their own. */
  people: Person[];
  /**
   * Their sessions, if they are signed in already. Otherwise each of them signs in first, which is not measured. Must
   * be left out for a job of logins.
   */
  sessions?: Session[];
  until: Until;
}

export interface Driven {
  requests: number;
  failed: number;
  /** The first wrong answer, or null. */
  problem: string | null;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Processor time of the driver itself. */
  cpuSeconds: number;
  sessions: Session[];
}

const job: Job = JSON.parse(await text(process.stdin));
process.stdout.write(`${JSON.stringify(await drive(job))}\n`);

async function drive({ base, dialect, works, people, sessions: given, until }: Job): Promise<Driven> {
  const client = connect(base, people.length);
  const isLogin = works.includes('login');
  const sessions = given ?? (await Promise.all(people.map((person) => stranger(client, dialect, person))));
  if (!given && !isLogin) await Promise.all(sessions.map(signIn));
  process.stdout.write('begun\n');
  const took: number[] = [];
  let failed = 0;
  let problem: string | null = null;
  let sent = 0;
  const usedBefore = process.cpuUsage();
  const start = performance.now();
  function isOver(turn: number): boolean {
    if ('requests' in until) return sent >= until.requests;
    const at = 'everyMs' in until ? turn * until.everyMs : performance.now() - start;
    return at >= until.seconds * 1000;
  }

  /** Returns when a connection's next request is due. The connections are spread evenly over the interval. */
  function due(turn: number, place: number): number {
    return 'everyMs' in until ? start + (turn + place / people.length) * until.everyMs : performance.now();
  }

  async function signIn(session: Session): Promise<void> {
    const answer = await client.send(requestFor(dialect, 'login', session));
    const wrong = problemIn('login', session, answer);
    if (wrong) throw new Error(`Signing in at ${dialect}: ${wrong}`);
    keep(session, answer);
  }

  async function once(work: Work, session: Session, begun: number): Promise<void> {
    await delay(Math.max(0, begun - performance.now()));
    sent += 1;
    const answer = await client.send(requestFor(dialect, work, session));
    took.push(performance.now() - begun);
    const wrong = problemIn(work, session, answer);
    if (wrong) {
      failed += 1;
      problem ??= `${work}: ${wrong}`;
    } else if (work === 'refresh') keep(session, answer);
  }

  async function run(session: Session, place: number): Promise<void> {
    for (let turn = 0; !isOver(turn); turn++) {
      const work = works[(turn + place) % works.length];
      if (work) await once(work, session, due(turn, place));
    }
  }

  await Promise.all(sessions.map(run));
  const seconds = (performance.now() - start) / 1000;
  const used = process.cpuUsage(usedBefore);
  client.close();
  took.sort((a, b) => a - b);
  const at = (share: number) => took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? Number.NaN;
  const requests = took.length;
  return {
    requests,
    failed,
    problem,
    perSecond: requests / seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    cpuSeconds: (used.user + used.system) / 1e6,
    sessions,
  };
}
