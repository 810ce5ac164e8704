/** One database with all that goes wrong around it: people, thieves and tabs at work, faults in the middle, an audit after. */
import { setTimeout as delay } from 'node:timers/promises';
import { startProxy } from '#tests/support/proxy.ts';
import { freePort } from '#tests/support/server.ts';
import { audit } from './audit.ts';
import type { Dice } from './dice.ts';
import { startFleet } from './fleet.ts';
import { graceSeconds, type Network, type Work } from './honest-client.ts';
import type { Ledger } from './ledger.ts';
import { startMails } from './mails.ts';
import { Person } from './person.ts';
import { openTabs } from './tabs.ts';
import { taskWork } from './tasks.ts'; // tasks
import { rob } from './thefts.ts';
import { weatherOf } from './weather.ts';

/** A database with what can go wrong with it. */
export interface Scene {
  databaseUrl: string;
  /** Each makes its fault, waits until that is over, and counts it. */
  faults: Fault[];
  stop(): Promise<void>;
}

type Fault = () => Promise<void>;

export interface PhaseOptions {
  scene: Scene;
  /** How long faults are made; each kind is made once at least. */
  seconds: number;
  withTabs: boolean;
  dice: Dice;
  ledger: Ledger;
}

const peopleCount = 10;
const ownersCount = 3;
/** The first is what people write. */
const [work]: Work[] = [
  taskWork, // tasks
];

export async function runPhase({ scene, seconds, withTabs, dice, ledger }: PhaseOptions): Promise<void> {
  const [port, weather] = [await freePort(), weatherOf(dice.another(), ledger)];
  const mails = await startMails(dice.another(), ledger);
  const settings = {
    ...mails.settings,
    DATABASE_URL: scene.databaseUrl,
    APP_URL: `http://localhost:${port}`,
    ACCESS_TTL_SECONDS: '6',
    REFRESH_GRACE_SECONDS: String(graceSeconds),
  };
  const network = () => ({ port, dice: dice.another(), ledger, work });
  const stops = [mails.stop];
  try {
    const fleet = await startFleet(settings, dice.another(), ledger);
    stops.unshift(fleet.stop);
    const proxy = await startProxy(port, { target: fleet.target, fateOf: weather.fateOf, keepsAlive: true });
    stops.unshift(proxy.stop);
    const [people, owners] = [
      await register('person', peopleCount, network),
      await register('owner', ownersCount, network),
    ];
    const [atTabs] = await register('tabs', withTabs ? 1 : 0, network);
    const tabs = atTabs && (await openTabs(atTabs, network()));
    if (tabs) stops.unshift(tabs.close);

    weather.storm();
    let isOver = false;
    const until = () => isOver;
    const robberies = owners.map((owner, first) => noted(rob(owner, { first, ledger, isOver: until }), ledger));
    const lives = people.map((person) => noted(person.live(until), ledger));
    lives.push(noted(mails.live(people, network(), until), ledger));
    if (tabs) lives.push(noted(tabs.live(until), ledger));
    await noted(makeFaults([...scene.faults, fleet.kill, fleet.kill], seconds, dice), ledger);
    isOver = true;
    const robbed = (await Promise.all(robberies)).flatMap((sessions) => sessions ?? []);
    await Promise.all(lives);

    weather.calm();
    await tabs?.audit();
    await atTabs?.signIn();
    const everybody = atTabs ? [...people, atTabs] : people;
    await Promise.all([
      noted(audit({ people: everybody, robbed, databaseUrl: scene.databaseUrl }, network()), ledger),
      noted(mails.audit(scene.databaseUrl), ledger),
    ]);
  } finally {
    for (const stop of stops) await stop();
  }
}

function register(name: string, count: number, network: () => Network): Promise<Person[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, number) => {
      const person = new Person(`${name}-${number}`, network());
      await person.register();
      return person;
    }),
  );
}

/** Whoever cannot go on is a finding; the others do. */
async function noted<T>(work: Promise<T>, ledger: Ledger): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    ledger.breach('others', error instanceof Error ? error.message : String(error));
    return null;
  }
}

/** In any order, all of them before any of them again. */
async function makeFaults(faults: Fault[], seconds: number, dice: Dice): Promise<void> {
  const end = performance.now() + seconds * 1000;
  for (let cycle = 0; ; cycle++) {
    for (const fault of dice.shuffled(faults)) {
      if (cycle > 0 && performance.now() >= end) return;
      await delay(dice.between(500, 2500));
      await fault();
    }
  }
}
