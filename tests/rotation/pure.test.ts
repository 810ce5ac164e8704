/** The pure rule against the oracle, over random histories of one session. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { test } from 'vitest';
import { decide, type Session, sessionNow } from '#lib/core/sessions/rotation.ts';
import { runs } from '#tests/support/depth.ts';
import { announced } from '#tests/support/seed.ts';
import { checkStep } from './invariants.ts';
import { type History, present, signedIn, use } from './oracle.ts';
import { firstSession, isAnswered, presented, used } from './pure-server.ts';
import { offset, seconds } from './steps.ts';

/** Not a whole second, so that rounding shows. */
const start = 1_000_250;
const maxMs = 300_000;

type Op =
  | { kind: 'refresh'; offset: number; nonceMatches: boolean }
  | { kind: 'use'; offset: number }
  | { kind: 'wait'; seconds: number }
  | { kind: 'raise the epoch' };

interface Model {
  clock: number;
  history: History;
  epoch: number;
  rules: { graceMs: number; idleMs: number; maxMs: number };
}
interface Real {
  session: Session;
  /** What was reuse once, as far as the clock has not stepped back since. */
  doomed: Set<number>;
}

class Step implements fc.Command<Model, Real> {
  readonly op: Op;
  constructor(op: Op) {
    this.op = op;
  }
  check = ({ history }: Readonly<Model>) => !('offset' in this.op) || history.tokens.length - 1 + this.op.offset >= 0;
  toString = () => JSON.stringify(this.op);

  run(model: Model, real: Real): void {
    const before = real.session;
    perform(this.op, model, real);
    checkStep(before, real.session);
    staysReuse(model, real);
  }
}

function perform(op: Op, model: Model, real: Real): void {
  const { clock, history, rules, epoch } = model;
  const settings = { ...rules, clock, epochs: { user: epoch, app: 0 } };
  const before = real.session;
  switch (op.kind) {
    case 'wait':
      model.clock += op.seconds * 1000;
      if (op.seconds < 0) real.doomed.clear();
      return;
    case 'raise the epoch':
      model.epoch += 1;
      history.isEnded = true;
      return;
    case 'use': {
      const generation = history.tokens.length - 1 + op.offset;
      const { verdict, session } = used(before, generation, settings);
      assert.equal(verdict, use(history, generation, clock, rules));
      real.session = session;
      return;
    }
    case 'refresh': {
      const generation = history.tokens.length - 1 + op.offset;
      const { decision, session } = presented(before, { generation, nonceMatches: op.nonceMatches }, settings);
      const answered = op.nonceMatches ? present(history, generation, clock, '', rules) : null;
      assert.equal(isAnswered(decision) ? session.head : null, answered);
      if (!op.nonceMatches) assert.equal(session, before);
      if (decision === 'rotate') assert.equal(session.parent, generation);
      if (decision === 'replace') assert.deepEqual([before.confirmedAt, session.parent], [null, before.parent]);
      real.session = session;
    }
  }
}

/** Time closes windows and opens none; a head confirmed more than G ago leaves nothing else of its group. */
function staysReuse({ clock, rules: { graceMs } }: Model, { session, doomed }: Real): void {
  const now = sessionNow(session, clock);
  const lasting = { ...session, idleExpiresAt: Infinity, expiresAt: Infinity, endedAt: null };
  const isReuse = (generation: number, later = 0) =>
    decide(lasting, { generation, nonceMatches: true }, { now: now + later, graceMs, epochs: { user: 0, app: 0 } }) ===
    'reuse';
  for (const generation of doomed)
    assert(isReuse(generation) && isReuse(generation, 10_000), `${generation} was reuse`);
  for (let generation = Math.max(0, session.head - 4); generation < session.head; generation++)
    if (isReuse(generation)) doomed.add(generation);
  const isSettled = session.confirmedAt !== null && now > session.confirmedAt + graceMs;
  if (isSettled && session.parent !== null) assert(doomed.has(session.head - 1) && isReuse(session.parent));
}

const op: fc.Arbitrary<Op> = fc.oneof(
  { weight: 60, arbitrary: fc.record({ kind: fc.constant('refresh'), offset, nonceMatches: fc.constant(true) }) },
  { weight: 40, arbitrary: fc.record({ kind: fc.constant('use'), offset }) },
  { weight: 50, arbitrary: fc.record({ kind: fc.constant('wait'), seconds }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('refresh'), offset, nonceMatches: fc.constant(false) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('raise the epoch') }) },
);
const rules = fc.record({
  graceMs: fc.constantFrom(10_000, 10_000, 10_000, 1000, 0),
  idleMs: fc.constantFrom(60_000, 1_000_000),
  maxMs: fc.constant(maxMs),
});

test('the rule answers, refuses and ends as the history asks, and keeps its invariants', () => {
  const property = fc.property(
    rules,
    fc.commands([op.map((one) => new Step(one))], { maxCommands: 40, size: 'max' }),
    (rules, steps) => {
      fc.modelRun(
        () => ({
          model: { clock: start, history: signedIn(start, '', rules), epoch: 0, rules },
          real: { session: firstSession(start, rules), doomed: new Set() },
        }),
        steps,
      );
    },
  );
  fc.assert(property, announced(runs({ usual: 5000, deep: 20_000 })));
});
