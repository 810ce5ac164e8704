/** The client's half of docs/token-lifecycle.md over plain HTTP: what the browser's code does, for one session at a time. */
import { setTimeout as delay } from 'node:timers/promises';
import { refreshAbortSeconds } from '#lib/core/policy.ts';
import { api } from '#lib/core/routes.ts';
import { type Answer, HttpClient } from '#tests/support/http-client.ts';
import type { Dice } from './dice.ts';
import type { Ledger } from './ledger.ts';

export const graceSeconds = 10;
/** After it a token whose successor was used is theft. */
export const afterGraceMs = graceSeconds * 1000 + 500;
const abortMs = refreshAbortSeconds(graceSeconds) * 1000;
/** No fault here lasts nearly as long. */
const patienceMs = 60_000;
const roundsLimit = 10;

export interface Network {
  port: number;
  dice: Dice;
  ledger: Ledger;
  /** What people write. Left out: they only read. */
  work?: Work | undefined;
}

/** Something that people write and find again, each under a name of its own. */
export interface Work {
  /** Writes it. Answers the status, 201 where it is acknowledged; null: the session is over. */
  write(client: HonestClient, name: string): Promise<number | null>;
  /** Null: the session is over. */
  read(client: HonestClient): Promise<Answer | null>;
  /** The names of all that is there. */
  list(client: HonestClient): Promise<string[]>;
}

interface Options {
  json?: object;
  headers?: Record<string, string>;
}

export class HonestClient {
  readonly http: HttpClient;
  readonly #network: Network;
  #underWay: Promise<boolean> | null = null;

  constructor(network: Network) {
    this.#network = network;
    this.http = new HttpClient(network.port);
  }

  /** A copy of the cookies as they are now, in other hands. */
  copy(): HonestClient {
    const other = new HonestClient(this.#network);
    other.http.cookies = { ...this.http.cookies };
    return other;
  }

  /** The session and the generation that the refresh cookie names. */
  held(): { sessionId: string; generation: number } {
    const [, , sessionId = '', generation] = (this.http.cookies['latchkey-refresh'] ?? '').split('.');
    return { sessionId, generation: Number(generation) };
  }

  /** Signs in: from then on there is a token. */
  async signIn(json: { email: string; password: string }): Promise<void> {
    this.#take(await this.insist('POST', api.token, { json }), 200);
    this.#network.ledger.count('signedIn');
  }

  /** Refreshes, one at a time, again and again until there is a verdict, and uses the answer. False: the session is over. */
  refresh(): Promise<boolean> {
    this.#underWay ??= this.#refreshOnce().finally(() => {
      this.#underWay = null;
    });
    return this.#underWay;
  }

  async #refreshOnce(): Promise<boolean> {
    const answer = await this.insist('POST', api.refresh);
    if (answer.status === 401 && JSON.parse(answer.body).error === 'invalid_grant') {
      this.#network.ledger.count('refused');
      return false;
    }
    this.#take(answer, 200);
    this.#network.ledger.count('answered');
    // Tells the server that the answer arrived; a later call will do as well.
    await this.#once('GET', api.me);
    return true;
  }

  /** Shows the password once more, and uses what that brings. False: the session is over. */
  async stepUp(password: string): Promise<boolean> {
    const answer = await this.call('POST', api.stepUp, { json: { password } });
    if (!answer) return false;
    this.#take(answer, 200);
    this.#network.ledger.count('steppedUp');
    await this.#once('GET', api.me);
    return true;
  }

  /** A call with the access token, which is renewed where it is refused; null where the session is over. */
  async call(method: string, path: string, options?: Options): Promise<Answer | null> {
    for (let round = 0; round < roundsLimit; round++) {
      const answer = await this.insist(method, path, options);
      if (answer.status !== 401) return answer;
      if (!(await this.refresh())) return null;
    }
    throw new Error(`${method} ${path} was refused ${roundsLimit} times, with a new token each time.`);
  }

  /** Asks until there is an answer other than "not now". Throws when there is none for too long. */
  async insist(method: string, path: string, options?: Options): Promise<Answer> {
    const deadline = performance.now() + patienceMs;
    while (performance.now() < deadline) {
      const answer = await this.#once(method, path, options);
      if (answer) return answer;
      if (path === api.refresh) this.#network.ledger.count('unanswered');
      await delay(this.#network.dice.between(20, 400));
    }
    throw new Error(`${method} ${path} has had no answer for ${patienceMs / 1000} s.`);
  }

  async #once(method: string, path: string, options: Options = {}): Promise<Answer | null> {
    try {
      const answer = await this.http.send(method, path, { ...options, signal: AbortSignal.timeout(abortMs) });
      // Whatever goes wrong around it, the app has no other way to say so.
      if (answer.status >= 500 && answer.status !== 503)
        this.#network.ledger.breach('others', `${method} ${path} answered ${answer.status}`);
      return answer.status < 500 ? answer : null;
    } catch {
      return null;
    }
  }

  #take({ status, body }: Answer, expected: number): void {
    if (status !== expected) throw new Error(`Instead of a token there was a ${status}: ${body}`);
    this.http.token = String(JSON.parse(body).access_token);
  }
}
