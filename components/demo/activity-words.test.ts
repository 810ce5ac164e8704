import { expect, test } from 'vitest';
import { entriesOf } from '#components/activity/words.ts';
import type { EventType } from '#lib/core/activity/contract.ts';
import { throwAwayAgent } from '#lib/core/demo/throw-away.ts';
import { requestAgent } from '#lib/core/requester.ts';

const about = { id: 'e1', at: '2026-11-23T12:00:00Z', session_id: null, ip: null, method: null, by: null };
const entryOf = (type: EventType, user_agent: string | null) => entriesOf([{ ...about, type, user_agent }])[0];

test('a throw-away session that was robbed frightens nobody, any other session does', () => {
  expect(entryOf('refresh_reuse', throwAwayAgent)).toMatchObject({
    isSerious: false,
    advice: expect.stringContaining('nothing for you to do'),
  });
  expect(entryOf('refresh_reuse', 'Firefox/146.0')).toMatchObject({
    isSerious: true,
    advice: expect.stringContaining('change your password'),
  });
});

test('no request can bear the mark of a throw-away session', () => {
  expect(requestAgent(throwAwayAgent)).toBeNull();
});
