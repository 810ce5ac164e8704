/** The rotation on a real database, through the use cases, against the oracle; each dialect runs it. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, test } from 'vitest';
import { migrate } from '#db/index.ts';
import { runs } from '#tests/support/depth.ts';
import { announced } from '#tests/support/seed.ts';
import { type Key, openFleet } from './fleet.ts';
import { type Asked, request, signInRequest } from './requests.ts';
import { offset, seconds } from './steps.ts';
import { World } from './world.ts';

type Step =
  | { kind: 'ask'; asked: Asked; instance: number }
  | { kind: 'together'; parts: { asked: Asked; instance: number; pace: number[] }[] }
  | { kind: 'wait'; seconds: number }
  | { kind: 'restart'; keys: Key[]; isRaised: boolean };

class Command implements fc.AsyncCommand<object, World> {
  readonly step: Step;
  constructor(step: Step) {
    this.step = step;
  }
  check = () => true;
  toString = () => JSON.stringify(this.step);

  async run(_model: object, world: World): Promise<void> {
    const { step } = this;
    if (step.kind === 'wait') return world.wait(step.seconds);
    if (step.kind === 'restart') return world.restart(step.keys, step.isRaised);
    if (step.kind === 'ask') {
      const ready = await request(world, step.asked);
      if (ready) await world.ask(ready, step.instance);
      return;
    }
    const ready = [];
    for (const { asked, instance: index, pace } of step.parts) {
      const one = await request(world, asked);
      if (one) ready.push({ ...one, index, pace });
    }
    await world.askTogether(ready);
  }
}

const which = { session: fc.constantFrom(0, 0, 0, 1), offset };
const weighted = (weight: number, arbitrary: fc.Arbitrary<Asked>) => ({ weight, arbitrary });
const a = <K extends string>(kind: K) => ({ kind: fc.constant(kind), ...which });
const asked = fc.oneof(
  weighted(60, fc.record(a('refresh'))),
  weighted(30, fc.record({ ...a('use'), of: fc.constantFrom('access', 'access', 'page') })),
  weighted(2, fc.record({ ...a('sign out'), with: fc.constantFrom('token', 'page session') })),
  weighted(3, fc.record({ ...a('sign out everywhere'), isKept: fc.boolean() })),
  weighted(8, fc.record({ ...a('sign in'), isRight: fc.constantFrom(true, true, false), isReplacing: fc.boolean() })),
  weighted(10, fc.record({ ...a('step up'), isRight: fc.constantFrom(true, true, true, false) })),
  weighted(3, fc.record({ ...a('change password'), isRight: fc.constantFrom(true, true, false) })),
  weighted(2, fc.record({ ...a('forge'), how: fc.constantFrom('seed', 'key', 'other session', 'generation') })),
  weighted(2, fc.record({ ...a('misplace'), what: fc.constantFrom('access', 'page', 'refresh') })),
);
const instance = fc.constantFrom(0, 1);
const pace = fc.array(fc.constantFrom(0, 1, 3, 8, 20), { minLength: 1, maxLength: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('ask'), asked, instance }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('wait'), seconds }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('together'),
      parts: fc.array(fc.record({ asked, instance, pace }), { minLength: 2, maxLength: 3, size: 'max' }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('restart'),
      keys: fc.constantFrom<Key[][]>(['a'], ['b', 'a'], ['a', 'b'], ['b']),
      isRaised: fc.constantFrom(false, false, false, true),
    }),
  },
);

/** Properties that run side by side, since each spends half its time waiting: for threads that sign, or for the database. */
const parts = [0, 1, 2, 3];

/** `open` gives the URL of an empty database. */
export function storeModel(
  name: string,
  depth: { usual: number; deep: number },
  open: () => Promise<{ url: string; close: () => Promise<void> }>,
): void {
  let database: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    database = await open();
    await migrate(database.url);
  });
  afterAll(() => database.close());

  test.concurrent.each(parts)(
    `on ${name}, every answer is what the history asks, whatever comes together and whoever answers: part %i`,
    async (part) => {
      const fleet = await openFleet(database.url);
      const commands = fc.commands([step.map((one) => new Command(one))], { maxCommands: 16, size: 'max' });
      const property = fc.asyncProperty(commands, async (steps) => {
        const world = new World(fleet);
        await world.signUp();
        await world.ask(signInRequest(world, true, null), 0);
        await fc.asyncModelRun(() => ({ model: {}, real: world }), steps);
      });
      await fc.assert(property, announced(runs(depth) / parts.length, part));
      await fleet.close();
    },
    300_000,
  );
}
