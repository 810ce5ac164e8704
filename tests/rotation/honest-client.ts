/**
 * The client's half of the protocol, with all that a network can do to it. It asks at any moment, with one request on its way at
 * a time; any answer may be lost; it gives up when it likes, after the abort time at the latest, and repeats. What it gave up
 * on is served up to G later, or never. It uses what it was answered at once, later or never. With two tabs that have no lock
 * there are two requests at a time, each served within G; their answers overwrite one cookie in any order, and a tab whose
 * answer is older than what it has heard of refreshes again at once.
 */
import type { Session } from '#lib/core/sessions/rotation.ts';
import { aSecondLater, named, second } from './normal-form.ts';
import { firstSession, isAnswered, presented, type Rule, realRule, used } from './pure-server.ts';
import { type Found, type Move, search } from './search.ts';

interface Request {
  generation: number;
  age: number;
  /** What the server has answered; null: not served yet. */
  answer: number | null;
}

interface State {
  session: Session;
  /** The generation of the cookie, and the newest that any tab was answered. */
  cookie: number;
  newest: number;
  asking: readonly Request[];
  /** Given up on: for how many more seconds each generation may still be served. */
  late: ReadonlyMap<number, number>;
}

const forever = { idleMs: Number.POSITIVE_INFINITY, maxMs: Number.POSITIVE_INFINITY };

interface Client {
  /** G, and how long a request is waited for, in seconds. */
  grace: number;
  abort: number;
  tabs: 1 | 2;
  rule?: Rule;
}

export function searchHonestClient({ grace, abort, tabs, rule = realRule }: Client, depth: number): Found {
  const moment = { clock: 0, graceMs: grace * second, idleMs: forever.idleMs };

  function serve(session: Session, generation: number): Session | null {
    const { decision, session: after } = presented(session, { generation, nonceMatches: true }, moment, rule);
    return isAnswered(decision) ? after : null;
  }

  /** What can become of one request, `others` going on. */
  function progress(state: State, request: Request, others: Request[]): Move<State>[] {
    const { generation, age, answer } = request;
    const rest = { ...state, asking: others };
    if (answer !== null)
      return [
        { name: `${answer} arrives`, to: { ...rest, cookie: answer, newest: Math.max(answer, state.newest) } },
        { name: 'the answer is lost', to: rest },
      ];
    const session = serve(state.session, generation);
    const left = Math.max(tabs === 1 ? grace : grace - age, state.late.get(generation) ?? 0);
    return [
      {
        name: `${generation} is served`,
        to: session ? { ...state, session, asking: [...others, { ...request, answer: session.head }] } : 'bad',
      },
      { name: `${generation} is given up`, to: { ...rest, late: new Map(state.late).set(generation, left) } },
    ];
  }

  function moves(state: State): Move<State>[] {
    const { session, cookie, newest, asking, late } = state;
    const found = asking.flatMap((request, at) => progress(state, request, asking.toSpliced(at, 1)));
    found.push({ name: `use ${newest}`, to: { ...state, session: used(session, newest, moment).session } });
    for (const generation of late.keys()) {
      const after = serve(session, generation);
      found.push({ name: `${generation} is served late`, to: after ? { ...state, session: after } : 'bad' });
    }
    if (asking.length < tabs) {
      const request = { generation: cookie, age: 0, answer: null };
      found.push({ name: `ask with ${cookie}`, to: { ...state, asking: [...asking, request] } });
    }
    const isBehind = cookie < newest && asking.length === 0;
    if (!isBehind && asking.every(({ age }) => age < abort)) found.push({ name: 'a second', to: aSecondOn(state) });
    return found;
  }

  function aSecondOn({ session, asking, late, ...rest }: State): State {
    return {
      ...rest,
      session: aSecondLater(session, moment.graceMs),
      asking: asking.map((request) => ({ ...request, age: request.age + 1 })),
      late: new Map([...late].map(([of, left]) => [of, left - 1] as const).filter(([, left]) => left >= 0)),
    };
  }

  const start = {
    session: firstSession(0, forever),
    cookie: 0,
    newest: 0,
    asking: [],
    late: new Map<number, number>(),
  };
  return search<State>(start, moves, { key, depth });
}

function key({ session, cookie, newest, asking, late }: State): string {
  const requests = asking.toSorted((one, other) => one.generation - other.generation || one.age - other.age);
  const latest = [...late].sort(([one], [other]) => one - other);
  const mentioned = [
    ...[cookie, newest],
    ...requests.flatMap(({ generation, answer }) => [generation, answer ?? generation]),
    ...latest.map(([generation]) => generation),
  ];
  const ages = requests.map(({ age, answer }) => `${age}${answer === null}`);
  return `${named(session, mentioned)} ${ages.join()} ${latest.map(([, left]) => left).join()}`;
}
