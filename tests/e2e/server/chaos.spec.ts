import { diceFrom } from '#tests/chaos/dice.ts';
import { Ledger } from '#tests/chaos/ledger.ts';
import { runPhase } from '#tests/chaos/phase.ts';
import { sqliteScene } from '#tests/chaos/sqlite-scene.ts';
import { expect, test } from '#tests/e2e/fixtures.ts';

// A mail whose sender was killed is sent again after a minute.
test.describe.configure({ timeout: 300_000 });

// `npm run chaos` is the long one: with tabs, on both databases, and with their faults too.
test('a network that cuts, delays, reorders and repeats, and instances that are killed, sign nobody out, hide no thief and lose nothing', async () => {
  const ledger = new Ledger('SQLite');
  const scene = sqliteScene(ledger);
  try {
    await runPhase({ scene: { ...scene, faults: [] }, seconds: 5, withTabs: false, dice: diceFrom(1), ledger });
  } finally {
    await scene.stop();
  }
  expect(ledger.breaches).toEqual([]);
  const made = [
    ...['answerCut', 'requestLate', 'answerOvertaken', 'requestTwice', 'rotated', 'repeated'],
    ...['mailsAsked', 'mailsCame'],
    'written', // tasks
  ];
  expect(made.filter((what) => ledger.of(what) === 0)).toEqual([]);
  expect(ledger.of('killed')).toBeGreaterThanOrEqual(2);
  expect(ledger.of('caught')).toBeGreaterThanOrEqual(2);
});
