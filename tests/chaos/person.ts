/** Somebody who uses the app as people do, and remembers what was acknowledged. */
import { setTimeout as delay } from 'node:timers/promises';
import { api } from '#lib/core/routes.ts';
import { afterGraceMs, HonestClient, type Network } from './honest-client.ts';

export const password = 'a few unrelated words';

export class Person {
  readonly client: HonestClient;
  readonly email: string;
  /** Names of what they wrote, of which the 201 arrived. */
  readonly written: string[] = [];
  /** Cookies of the sessions whose sign-out was answered with 204. */
  readonly ended: Record<string, string>[] = [];
  /** By session: the newest generation that was answered. */
  readonly answered = new Map<string, number>();
  readonly #network: Network;

  constructor(name: string, network: Network) {
    this.email = `${name}@example.org`;
    this.#network = network;
    this.client = new HonestClient(network);
  }

  /** Makes the account, in another browser than theirs. */
  async register(): Promise<void> {
    const other = new HonestClient(this.#network);
    const { status } = await other.insist('POST', api.register, { json: { email: this.email, password } });
    // Taken, by this very call, where its first answer took too long.
    if (status !== 201 && status !== 409) throw new Error(`Signing up answered ${status}.`);
  }

  async signIn(): Promise<void> {
    await this.client.signIn({ email: this.email, password });
    this.#note();
  }

  /** Refreshes; false: the session is over. */
  async refresh(): Promise<boolean> {
    const isAlive = await this.client.refresh();
    if (isAlive) this.#note();
    return isAlive;
  }

  /** Refreshes, writes, reads, steps up, signs out and in, and closes the laptop, until told to stop. */
  async live(isOver: () => boolean): Promise<void> {
    const { dice } = this.#network;
    await this.signIn();
    while (!isOver()) {
      const choice = dice.between(0, 1);
      if (choice < 0.6) await this.expectSignedIn([await this.refresh()]);
      else if (choice < 0.88)
        await this.expectSignedIn(await Promise.all([this.#write(), this.#write(), this.#read()]));
      else if (choice < 0.95) await this.expectSignedIn([await this.client.stepUp(password)]);
      else if (choice < 0.98) await this.#signOutAndIn();
      else await this.#closeLaptop();
      await delay(dice.between(0, 300));
    }
  }

  /** Whoever was signed out without having done it notes that, and signs in again. */
  async expectSignedIn(verdicts: boolean[]): Promise<void> {
    if (verdicts.every(Boolean)) return this.#note();
    const { sessionId, generation } = this.client.held();
    this.#network.ledger.breach('falseLogouts', `${this.email}, session ${sessionId}, generation ${generation}`);
    await this.signIn();
  }

  /** False: the session is over. */
  async #write(): Promise<boolean> {
    const { work, ledger } = this.#network;
    if (!work) return this.#read();
    const name = `${this.email} ${crypto.randomUUID()}`;
    const status = await work.write(this.client, name);
    if (status === null) return false;
    if (status !== 201) ledger.breach('others', `writing answered ${status}`);
    else {
      this.written.push(name);
      ledger.count('written');
    }
    return true;
  }

  /** False: the session is over. */
  async #read(): Promise<boolean> {
    const { work } = this.#network;
    return (await (work ? work.read(this.client) : this.client.call('GET', api.me))) !== null;
  }

  async #signOutAndIn(): Promise<void> {
    const cookies = { ...this.client.http.cookies };
    const { status } = await this.client.insist('POST', api.logout);
    if (status === 204) this.ended.push(cookies);
    else this.#network.ledger.breach('others', `signing out answered ${status}`);
    this.#network.ledger.count('signedOut');
    await this.signIn();
  }

  /** While a refresh is under way: its answer finds nobody. */
  async #closeLaptop(): Promise<void> {
    const { status } = await this.client.copy().insist('POST', api.refresh);
    await delay(afterGraceMs);
    await this.expectSignedIn([status === 200, await this.refresh()]);
    this.#network.ledger.count('slept');
  }

  #note(): void {
    const { sessionId, generation } = this.client.held();
    this.answered.set(sessionId, Math.max(generation, this.answered.get(sessionId) ?? 0));
  }
}
