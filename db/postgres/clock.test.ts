import { describe, expect, test } from 'vitest';
import { databaseClock } from './clock.ts';

/**
 * Makes the clock of a database whose time is `ahead` ms ahead of the process's. A question takes `there` ms to arrive,
 * and its answer takes `back` ms.
 */
function given({ ahead = 5000, there = 10, back = 10 } = {}) {
  const state = { passed: 1000, ahead, there, back, isUnreachable: false };
  const ask = async () => {
    state.passed += state.there;
    if (state.isUnreachable) throw new Error('unreachable');
    const told = state.passed + state.ahead;
    state.passed += state.back;
    return told;
  };
  const clock = databaseClock(ask, () => state.passed);
  const offBy = () => clock.now().getTime() - (state.passed + state.ahead);
  return { state, clock, offBy };
}

describe('the clock of the database', () => {
  test('is told without asking, and goes on as time passes here', async () => {
    const { state, clock, offBy } = given();
    await clock.sync();
    expect(offBy()).toBe(0);
    state.passed += 60_000;
    expect(offBy()).toBe(0);
  });

  test('is off by half the round trip at most, when all of that was on one of the ways', async () => {
    for (const way of [
      { there: 80, back: 0 },
      { there: 0, back: 80 },
    ]) {
      const { clock, offBy } = given(way);
      await clock.sync();
      expect(Math.abs(offBy())).toBe(40);
    }
  });

  test('that is put right is followed, in either direction', async () => {
    const { state, clock, offBy } = given();
    await clock.sync();
    for (const ahead of [3_600_000, -3_600_000]) {
      state.ahead = ahead;
      await clock.sync();
      expect(offBy()).toBe(0);
    }
  });

  test('is not taken from an answer that took long, unless there is no better', async () => {
    const { state, clock, offBy } = given({ there: 0, back: 2000 });
    await clock.sync();
    expect(offBy()).toBe(-1000);
    Object.assign(state, { there: 10, back: 10 });
    await clock.sync();
    expect(offBy()).toBe(0);
    Object.assign(state, { there: 251, back: 0 });
    await clock.sync();
    expect(offBy()).toBe(0);
  });

  test('goes on while the database is away', async () => {
    const { state, clock, offBy } = given();
    await clock.sync();
    state.isUnreachable = true;
    await expect(clock.sync()).rejects.toThrow('unreachable');
    state.passed += 1000;
    expect(offBy()).toBe(0);
  });

  test('is not guessed before the database was asked', () => {
    expect(() => given().clock.now()).toThrow('not been asked');
  });
});
