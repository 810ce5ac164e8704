import { expect, test } from 'vitest';
import type { ActivityEvent, EventType } from '#lib/core/activity/contract.ts';
import { operatorAgent, requestAgent, reservedAgents } from '#lib/core/requester.ts';
import { deviceOf } from '#lib/core/sessions/device.ts';
import { entriesOf } from './words.ts';

const event = (type: EventType, user_agent: string | null): ActivityEvent => ({
  id: 'e1',
  type,
  at: '2026-11-23T12:00:00Z',
  session_id: null,
  user_agent,
  ip: null,
  method: null,
  by: null,
});
const titlesOf = (...events: ActivityEvent[]) => entriesOf(events).map(({ title }) => title);

test('what an operator did by command is not put down to the person', () => {
  const types = ['signed_up', 'session_ended', 'signed_out_everywhere', 'password_reset'] as const;
  const titles = titlesOf(...types.map((type) => event(type, operatorAgent)));
  expect(titles.map((title) => title.split(' ', 2).join(' '))).toEqual(types.map(() => 'An operator'));
  expect(deviceOf(operatorAgent).name).toBe('An operator of this app');
  expect(titlesOf(event('session_ended', 'Firefox/146.0'))).toEqual(['You ended the session of a device']);
});

test('a sign-in says with which method, and a provider that is no longer set goes by its id', () => {
  const providers = [{ id: 'acme', name: 'Acme Inc.' }];
  const titleOf = (type: EventType, method: string | null) =>
    entriesOf([{ ...event(type, null), method }], providers)[0]?.title;
  expect(
    ['password', 'passkey', 'provider:acme', 'provider:gone', null].map((one) => titleOf('signed_in', one)),
  ).toEqual([
    'You signed in with a password',
    'You signed in with a passkey',
    'You signed in with Acme Inc.',
    'You signed in with gone',
    'You signed in',
  ]);
  expect(titleOf('signed_up', 'provider:acme')).toBe('You created this account with Acme Inc.');
  expect(titleOf('sign_in_failed', 'password')).toBe('Someone entered a wrong password');
});

test('what another way in may have begun is not put down to the password, or to the person', () => {
  expect(titlesOf(event('identity_linked', null))).toEqual(['Another way to sign in was connected']);
  for (const type of ['second_step_failed', 'second_step_abandoned', 'step_up_failed'] as const)
    expect(titlesOf(event(type, null)).join()).not.toMatch(/password/);
});

test('what an operator did is told by who caused it, whatever the browser', () => {
  const types = ['factors_reset', 'account_deleted', 'data_exported'] as const;
  const titles = titlesOf(...types.map((type) => ({ ...event(type, 'Firefox/146.0'), by: 'operator' as const })));
  expect(titles.map((title) => title.split(' ', 2).join(' '))).toEqual(types.map(() => 'An operator'));
});

test('no request can bear a mark of ours', () => {
  expect([...reservedAgents.keys()]).toContain(operatorAgent);
  expect([...reservedAgents.keys()].map(requestAgent)).toEqual([...reservedAgents].map(() => null));
  expect(['curl/8', null].map(requestAgent)).toEqual(['curl/8', null]);
});

test('wrong passwords in a row are one line, and from three on a serious one', () => {
  const tries = [1, 2, 3].map(() => event('sign_in_failed', null));
  expect(entriesOf(tries)).toEqual([
    expect.objectContaining({ title: 'Someone entered a wrong password 3 times', isSerious: true, count: 3 }),
  ]);
});
