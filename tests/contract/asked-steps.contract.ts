import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Executor } from '#db/queries/executor.ts';
import { queries } from '#db/queries/queries.ts';
import type { Proof } from '#db/store/second-factors.ts';
import type { SecondStepRow } from '#db/store/second-steps.ts';
import type { NewSession } from '#db/store/sessions.ts';
import type { Queries } from '#db/store/store.ts';
import { turnOn } from '#tests/support/two-step.ts';
import { anEvent, aSession, begin, inParallel, later, now, original, registered } from './fixtures.ts';
import { aStep } from './second-steps.contract.ts';

interface Opened {
  /** Two, as two processes have them. */
  executors: [Executor, Executor];
  close(): Promise<void>;
}

const minutes = (count: number) => count * 60 * 1000;
const shown = (step: number) => ({ proof: { kind: 'totp', step, createdAt: now } satisfies Proof, event: null });

/** What every dialect does with the second step of a step-up. `open` gives an empty, migrated database to each test. */
export function askedStepContract(name: string, open: () => Promise<Opened>): void {
  describe(`the second step of a step-up on ${name}`, () => {
    let opened: Opened;
    let store: Queries;
    let other: Queries;
    beforeEach(async () => {
      opened = await open();
      [store, other] = [queries(opened.executors[0]), queries(opened.executors[1])];
    });
    afterEach(() => opened.close());

    /** A person with an app, their session, and a step-up that this has begun. */
    async function asking() {
      const { user, session } = await registered(store);
      const [executor] = opened.executors;
      await turnOn(executor, user.id, { secrets: ['a secret for tests only, of 32 letters'], at: now });
      return { user, session, step: await asked(user.id, session.id) };
    }
    async function asked(userId: string, askingSessionId: string | null): Promise<SecondStepRow> {
      const step = aStep(userId, { askingSessionId });
      if (!(await store.addSecondStep(step))) throw new Error('The fixture’s second step was refused.');
      return step;
    }
    const succeed = ({ id, userId }: NewSession, step: SecondStepRow, code = 100, on = store) =>
      on.addSuccessor({ ...aSession(userId), replaces: id }, original, shown(code), { step });
    async function beside({ userId }: NewSession): Promise<NewSession> {
      const step = await asked(userId, null);
      const { session, outcome } = begin(store, userId, { kind: 'second_step', step, proof: shown(50) });
      expect(await outcome).toBe('begun');
      return session;
    }
    async function successorsOf({ id }: NewSession): Promise<number> {
      const { run, tables } = opened.executors[0];
      return (await run((db) => db.select().from(tables.sessions).where(eq(tables.sessions.replaces, id)))).length;
    }

    test('makes one successor, and is gone', async () => {
      const { session, step } = await asking();
      expect(await succeed(session, step)).toBe('added');
      expect(await store.findSecondStep(step, now)).toBeNull();
      expect(await succeed(session, step, 101)).toBe('wrong_proof');
      expect(await successorsOf(session)).toBe(1);
    });

    test('twenty times at once by twenty codes makes one successor', async () => {
      const { session, step } = await asking();
      const all = await inParallel(20, (n) => succeed(session, step, 100 + n, n % 2 ? store : other));
      expect(all.filter((outcome) => outcome === 'added')).toHaveLength(1);
      expect(await successorsOf(session)).toBe(1);
    });

    test('is used up along with its code only', async () => {
      const { session, step } = await asking();
      expect(await succeed(session, step)).toBe('added');
      const next = await asked(session.userId, session.id);
      expect(await succeed(session, next)).toBe('wrong_proof');
      expect(await store.findSecondStep(next, now)).toEqual(next);
      expect(await successorsOf(session)).toBe(1);
    });

    test('makes the successor of the session that asked, or of the one that took its place, and of no other', async () => {
      const { session, step } = await asking();
      const elsewhere = await beside(session);
      expect(await succeed(elsewhere, step)).toBe('wrong_proof');
      expect(await successorsOf(elsewhere)).toBe(0);
      const successor = { ...aSession(session.userId), replaces: session.id };
      expect(await store.addSuccessor(successor, original, null)).toBe('added');
      expect(await succeed(successor, step)).toBe('added');
    });

    test('of another person is refused', async () => {
      const [ann, bob] = [await asking(), await asking()];
      expect(await succeed(bob.session, ann.step)).toBe('wrong_proof');
      expect(await store.findSecondStep(ann.step, now)).toEqual(ann.step);
    });

    test('takes the secret of its browser, and ten minutes', async () => {
      const { session, step } = await asking();
      expect(await succeed(session, { ...step, secretHash: 'of another' })).toBe('wrong_proof');
      const late = { ...aSession(session.userId, { lastUsedAt: later(minutes(10)) }), replaces: session.id };
      expect(await store.addSuccessor(late, original, shown(100), { step })).toBe('wrong_proof');
      expect(await succeed(session, step)).toBe('added');
    });

    test('is over with its session, and with the credentials', async () => {
      const { user, session, step } = await asking();
      for (const changed of [{ epoch: 1 }, { credentialVersion: 1 }])
        expect(
          await store.addSuccessor(
            { ...aSession(user.id), replaces: session.id },
            { ...original, ...changed },
            shown(100),
            { step },
          ),
        ).toBe('refused');
      await store.endOwnSession(user.id, session.id, anEvent(user.id));
      expect(await succeed(session, step)).toBe('refused');
      expect(await successorsOf(session)).toBe(0);
    });

    test('begins no session of its own, and that of a sign-in makes no successor', async () => {
      const { user, session, step } = await asking();
      const fresh = begin(store, user.id, { kind: 'second_step', step, proof: shown(100) });
      expect(await fresh.outcome).toBe('refused');
      expect(await store.findSecondStep(step, now)).toEqual(step);
      expect(await succeed(session, await asked(user.id, null))).toBe('wrong_proof');
      expect(await successorsOf(session)).toBe(0);
    });
  });
}
