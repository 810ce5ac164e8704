import { describe, expect, test } from 'vitest';
import { access, decide, isOver, replace, rotate, type Session, sessionNow } from './rotation.ts';

const second = 1000;
const graceMs = 10 * second;
const epochs = { user: 3, app: 1 };

/** Generations 0 to 3 are past; 4 is the head, made at 100 s and not used yet, 2 its parent and 3 a sibling. */
const unconfirmed: Session = {
  head: 4,
  parent: 2,
  exchangedAt: 100 * second,
  confirmedAt: null,
  grace: [{ lo: 0, hi: 2, until: 106 * second }],
  idleExpiresAt: 1000 * second,
  expiresAt: 2000 * second,
  endedAt: null,
  userEpoch: 3,
  appEpoch: 1,
};
const confirmed: Session = { ...unconfirmed, confirmedAt: 103 * second };

function decision(session: Session, generation: number, atSeconds: number, nonceMatches = true) {
  return decide(session, { generation, nonceMatches }, { now: atSeconds * second, graceMs, epochs });
}

describe('what a presented token means', () => {
  test.each([
    ['a wrong nonce is forged, whatever the generation', unconfirmed, 4, 101, false, 'forged'],
    [
      'a wrong nonce is forged before an ended session is looked at',
      { ...unconfirmed, endedAt: 1 },
      9,
      101,
      false,
      'forged',
    ],
    ['an ended session is over', { ...unconfirmed, endedAt: 99 }, 4, 101, true, 'ended'],
    ['idle expiry is exact', unconfirmed, 4, 1000, true, 'ended'],
    [
      'absolute expiry is exact',
      { ...unconfirmed, idleExpiresAt: 9e9, expiresAt: 150 * second },
      4,
      150,
      true,
      'ended',
    ],
    ['a raised user epoch ends it', { ...unconfirmed, userEpoch: 2 }, 4, 101, true, 'ended'],
    ['a raised app epoch ends it', { ...unconfirmed, appEpoch: 0 }, 4, 101, true, 'ended'],
    ['a generation nobody made yet means the database lost writes', unconfirmed, 5, 101, true, 'ahead'],
    ['the head rotates', unconfirmed, 4, 101, true, 'rotate'],
    ['the head rotates however late', confirmed, 4, 999, true, 'rotate'],
    ['the parent of an unused head is answered again', unconfirmed, 2, 110, true, 'replay'],
    ['so is a sibling', unconfirmed, 3, 110, true, 'replay'],
    ['a millisecond later the unused head is replaced', unconfirmed, 2, 110.001, true, 'replace'],
    ['a sibling replaces it too', unconfirmed, 3, 500, true, 'replace'],
    ['the parent of a used head is answered until the window after its use ends', confirmed, 2, 113, true, 'replay'],
    ['and is theft a millisecond later', confirmed, 2, 113.001, true, 'reuse'],
    ['a sibling of a used head too', confirmed, 3, 113.001, true, 'reuse'],
    ['an ancestor inside its own window is answered', unconfirmed, 1, 106, true, 'replay'],
    ['an ancestor past its window is theft', unconfirmed, 1, 106.001, true, 'reuse'],
    ['an ancestor without a window is theft', { ...unconfirmed, grace: [] }, 0, 101, true, 'reuse'],
  ] as const)('%s', (_name, session, generation, at, nonce, expected) => {
    expect(decision(session, generation, at, nonce)).toBe(expected);
  });

  test('without grace the parent of a used head is theft at the next millisecond', () => {
    const context = { now: 103 * second + 1, graceMs: 0, epochs };
    expect(decide(confirmed, { generation: 2, nonceMatches: true }, context)).toBe('reuse');
  });
});

describe('rotation', () => {
  test('makes the head the parent and leaves the new head unconfirmed', () => {
    expect(rotate(confirmed, 104 * second, graceMs)).toMatchObject({
      head: 5,
      parent: 4,
      exchangedAt: 104 * second,
      confirmedAt: null,
    });
  });

  test('keeps the old group answerable until its own window ends, rounded up to a second', () => {
    const { grace } = rotate({ ...confirmed, confirmedAt: 103.2 * second }, 105 * second, graceMs);
    expect(grace).toEqual([
      { lo: 0, hi: 2, until: 106 * second },
      { lo: 2, hi: 4, until: 114 * second },
    ]);
  });

  test('counts the window from the moment of rotation when the head was never used otherwise', () => {
    expect(rotate(unconfirmed, 108 * second, graceMs).grace).toEqual([{ lo: 2, hi: 4, until: 118 * second }]);
  });

  test('opens no window again that is over, not even for the rest of its second', () => {
    const before = { ...confirmed, confirmedAt: 103.2 * second, grace: [] };
    expect(decision(before, 2, 113.5)).toBe('reuse');
    expect(decision({ ...before, ...rotate(before, 113.5 * second, graceMs) }, 2, 113.5)).toBe('reuse');
    expect(rotate(before, 113.2 * second, graceMs).grace).toEqual([{ lo: 2, hi: 4, until: 114 * second }]);
  });

  test('drops windows that are over, and keeps one that ends this very moment', () => {
    expect(rotate(confirmed, 106 * second, graceMs).grace).toHaveLength(2);
    expect(rotate(confirmed, 106 * second + 1, graceMs).grace).toHaveLength(1);
  });

  test('joins windows that end in the same second, and only those', () => {
    const same = { ...confirmed, grace: [{ lo: 0, hi: 2, until: 113 * second }] };
    expect(rotate(same, 104 * second, graceMs).grace).toEqual([{ lo: 0, hi: 4, until: 113 * second }]);
    const other = { ...confirmed, grace: [{ lo: 0, hi: 2, until: 112 * second }] };
    expect(rotate(other, 104 * second, graceMs).grace).toHaveLength(2);
  });

  test('never keeps more windows than the grace has seconds, plus two', () => {
    let session: Session = { ...unconfirmed, parent: null, head: 0, grace: [], exchangedAt: 0 };
    for (let now = 0; now < 60 * second; now += 100) {
      session = { ...session, ...rotate(session, now, graceMs) };
      expect(session.grace.length).toBeLessThanOrEqual(12);
    }
  });

  test('leaves no window at sign-in and none without grace', () => {
    expect(rotate({ ...unconfirmed, parent: null, grace: [] }, 101 * second, graceMs).grace).toEqual([]);
    expect(rotate(confirmed, 200 * second, 0).grace).toEqual([]);
  });
});

test('a replacement starts a new window, moves no parent and keeps the ancestors', () => {
  expect(replace(unconfirmed, 120 * second)).toEqual({
    head: 5,
    parent: 2,
    exchangedAt: 120 * second,
    confirmedAt: null,
    grace: unconfirmed.grace,
  });
});

describe('what an access token may do', () => {
  test.each([
    ["the head's first use confirms", unconfirmed, 4, 'confirm'],
    ["the head's later use is granted", confirmed, 4, 'granted'],
    ["the parent's is granted and confirms nothing", unconfirmed, 2, 'granted'],
    ["a sibling's is stale", unconfirmed, 3, 'stale'],
    ["an ancestor's is stale", unconfirmed, 1, 'stale'],
    ['one from the future is stale', unconfirmed, 5, 'stale'],
    ["a dead session's is over", { ...confirmed, endedAt: 1 }, 4, 'ended'],
  ] as const)('%s', (_name, session, generation, expected) => {
    expect(access(session, generation, epochs, 105 * second)).toBe(expected);
  });
});

test('the clock never runs backward for a session', () => {
  expect(sessionNow(unconfirmed, 50 * second)).toBe(100 * second);
  expect(sessionNow(confirmed, 50 * second)).toBe(103 * second);
  expect(sessionNow(confirmed, 104 * second)).toBe(104 * second);
});

test('a session lives until the very moment it expires', () => {
  expect(isOver(unconfirmed, epochs, 1000 * second - 1)).toBe(false);
  expect(isOver(unconfirmed, epochs, 1000 * second)).toBe(true);
});
