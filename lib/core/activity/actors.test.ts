import { expect, test } from 'vitest';
import { operatorAgent } from '#lib/core/requester.ts';
import { actorOf } from './actors.ts';
import { type EventType, eventTypes } from './contract.ts';

const browser = { userAgent: 'Firefox/146.0' };
const causedBy = (actor: string, sessionId: string | null) =>
  eventTypes.filter((type) => actorOf(type, { sessionId, requester: browser }) === actor);

test('who has not shown who they are is a stranger', () => {
  const always: EventType[] = [
    'sign_in_failed',
    'password_reset_asked',
    'second_step_failed',
    'second_step_abandoned',
    'passkey_refused',
    'link_refused',
    'refresh_reuse',
    'refresh_rollback',
  ];
  expect(causedBy('stranger', 'session')).toEqual(always);
  expect(causedBy('stranger', null)).toEqual([...always, 'limit_reached']);
});

test('a provider signs out, an operator goes by the mark that no request can bear, and all else is the person', () => {
  expect(causedBy('provider', null)).toEqual(['signed_out_by_provider']);
  expect(causedBy('operator', 'session')).toEqual([]);
  expect(causedBy('self', 'session')).toHaveLength(eventTypes.length - 9);
  const operator = { sessionId: null, requester: { userAgent: operatorAgent } };
  expect((['password_reset', 'factors_reset'] as const).map((type) => actorOf(type, operator))).toEqual([
    'operator',
    'operator',
  ]);
});
