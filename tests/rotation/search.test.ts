import { afterAll, describe, expect, test } from 'vitest';
import { searchHonestClient } from './honest-client.ts';
import type { Found } from './search.ts';
import { searchThief } from './thief.ts';
import { harsherRules, softerRules } from './weaker-rules.ts';

let states = 0;
function counted(found: Found): Found {
  states += found.states;
  return found;
}
afterAll(() => console.log(`${states} states searched`));

describe('in every state that a client and a network can lead to', () => {
  test.each([
    [1, 0, 26],
    [2, 1, 22],
    [3, 2, 20],
    [4, 3, 19],
  ])(
    'an honest client is never taken for a thief: G is %i s, a request takes %i s at most, %i moves',
    (grace, abort, depth) => {
      expect(counted(searchHonestClient({ grace, abort, tabs: 1 }, depth)).fault).toBeNull();
    },
  );

  // The limit that docs/token-lifecycle.md names.
  test('two tabs without a lock may be, where an old answer overwrites the cookie and its repeat comes more than G late', () => {
    expect(counted(searchHonestClient({ grace: 3, abort: 2, tabs: 2 }, 16)).fault).toContain('1 arrives');
  });

  test('a thief or the owner is refused at the first refresh that is more than G behind the other', () => {
    expect(counted(searchThief({ grace: 1 }, 16)).fault).toBeNull();
    expect(counted(searchThief({ grace: 3 }, 14)).fault).toBeNull();
  });
});

describe('the search is able to fail', () => {
  test.each(Object.entries(harsherRules))('an honest client is signed out by this rule: %s', (_, rule) => {
    expect(searchHonestClient({ grace: 3, abort: 2, tabs: 1, rule }, 18).fault).not.toBeNull();
  });

  test.each(Object.entries(softerRules))('a thief goes on under this rule: %s', (_, rule) => {
    expect(searchThief({ grace: 3, rule }, 14).fault).not.toBeNull();
  });
});
