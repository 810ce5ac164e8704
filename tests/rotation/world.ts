/** One account on the real store, asked through the real use cases, beside the oracle's account that says what is right. */
import assert from 'node:assert/strict';
import type { SessionRow } from '#db/store/sessions.ts';
import type { Store } from '#db/store/store.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import type { Issued } from '#lib/server/sessions/issue.ts';
import { aUser, begin } from '#tests/contract/fixtures.ts';
import { type Account, endAll, explanations, type Op, type Result } from './account.ts';
import { type Fleet, hashOf, type Key, rules } from './fleet.ts';
import { checkStep, checkSuccessors } from './invariants.ts';

/** A session as its clients know it: all that was ever answered, by generation. */
export interface Known {
  name: string;
  id: string;
  seed: Uint8Array;
  issued: Map<number, Issued>;
}

/** A request that is ready to be sent, and what it is to the oracle. */
export interface Request {
  op: Op;
  send(deps: Container): Promise<Result>;
}

const start = Date.parse('2026-11-23T12:00:00.250Z');
const firstPassword = 'a few unrelated words';

export class World {
  readonly user = aUser({ passwordHash: hashOf(firstPassword) });
  readonly sessions: Known[] = [];
  readonly #fleet: Fleet;
  #settings: { keys: Key[]; appEpoch: number } = { keys: ['a'], appEpoch: 0 };
  #restarts = 0;
  #latest = start;
  /** All that the account may be by now: more than one where requests came together and their order cannot be told. */
  #accounts: Account[] = [{ sessions: {}, password: firstPassword, epoch: 0, keys: ['a'] }];

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
    fleet.clock.now = start;
  }

  /** What all that the account may be agree on. */
  get account(): Account {
    const [account] = this.#accounts;
    if (!account) throw new Error('Nothing explains what was answered.');
    return account;
  }

  instance(index: number): Promise<Container> {
    return this.#fleet.instance(this.#settings, this.#restarts + index);
  }

  async signUp(): Promise<void> {
    const { store } = await this.instance(0);
    const { user } = this;
    await begin(store, user.id, { kind: 'new_account', user }).outcome;
  }

  /** A clock that steps back does so by 5 s at most: an access token from further ahead is refused by its `iat`. */
  wait(seconds: number): void {
    const { clock } = this.#fleet;
    clock.now = Math.max(clock.now + seconds * 1000, this.#latest - 5000);
    this.#latest = Math.max(this.#latest, clock.now);
  }

  /** Other processes answer from now on, with these keys, and under a raised AUTH_EPOCH if asked. */
  restart(keys: Key[], isRaised: boolean): void {
    this.#restarts += 1;
    this.#settings = { keys, appEpoch: this.#settings.appEpoch + (isRaised ? 1 : 0) };
    for (const account of this.#accounts) {
      account.keys = keys;
      if (isRaised) endAll(account, null);
    }
  }

  /** One request, alone: the answer is the oracle's, and what changes nothing in the history writes nothing. */
  async ask({ op, send }: Request, index: number): Promise<Result> {
    const deps = await this.instance(index);
    const [rows, account] = [await this.#rows(deps.store), JSON.stringify(this.#accounts)];
    const result = await send(deps);
    this.#explain([op], [result]);
    const after = await this.#rows(deps.store);
    for (const [at, row] of rows.entries()) checkStep(row, after[at] ?? row);
    checkSuccessors(after);
    // Signing out may date the end of a session that a raised AUTH_EPOCH has ended.
    if (op.kind === 'sign out') return result;
    if (JSON.stringify(this.#accounts) === account) assert.deepEqual(after, rows, 'nothing is written');
    return result;
  }

  /** Several at once, each paced by its own numbers: the answers are those of some order. */
  async askTogether(requests: (Request & { index: number; pace: number[] })[]): Promise<void> {
    const sent = requests.map(async ({ send, index, pace }) => {
      const deps = await this.instance(index);
      return send({ ...deps, store: paced(deps.store, pace) });
    });
    this.#explain(
      requests.map(({ op }) => op),
      await Promise.all(sent),
    );
  }

  #explain(ops: Op[], results: Result[]): void {
    const moment = { clock: this.#fleet.clock.now, rules };
    const expected = this.#accounts;
    const explained = expected.flatMap((account) => explanations(account, ops, results, moment));
    this.#accounts = [...new Map(explained.map((account) => [JSON.stringify(account), account])).values()];
    if (explained.length > 0) return;
    assert.fail(`${JSON.stringify(ops)} answered ${JSON.stringify(results)} after ${JSON.stringify(expected)}`);
  }

  async #rows(store: Store): Promise<SessionRow[]> {
    const found = await Promise.all(this.sessions.map(({ id }) => store.findSession(id)));
    return found.flatMap((one) => (one ? [one.session] : []));
  }
}

/** The same store, each call of which lets others go first for a while. */
function paced(store: Store, pace: number[]): Store {
  let calls = 0;
  return new Proxy(store, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (...values: unknown[]) => {
        for (let turns = pace[calls++ % pace.length] ?? 0; turns > 0; turns--) await null;
        return method.apply(target, values);
      };
    },
  });
}
