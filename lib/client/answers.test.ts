import { describe, expect, test } from 'vitest';
import * as accounts from '#lib/core/accounts/contract.ts';
import { errorResponse } from '#lib/core/contract.ts';
import * as sessions from '#lib/core/sessions/contract.ts';
import * as tasks from '#lib/core/tasks/contract.ts';
import { errorAnswer, me, nothing, task, tokenResponse } from './answers.ts';
import type { Schema } from './shape.ts';

const person = { id: 'u1', email: 'ann@example.org', name: null };
const written = { created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z' };

const pairs: { name: string; ours: Schema<unknown>; servers: Schema<unknown>; good: Record<string, unknown> }[] = [
  {
    name: 'tokenResponse',
    ours: tokenResponse,
    servers: sessions.tokenResponse,
    good: { access_token: 'a.b.c', token_type: 'Bearer', expires_in: 300, user: person },
  },
  {
    name: 'me',
    ours: me,
    servers: accounts.me,
    good: { ...person, name: 'Ann', created_at: written.created_at, session_id: 's1' },
  },
  {
    name: 'task',
    ours: task,
    servers: tasks.task,
    good: { id: 't1', title: 'Buy milk', description: '', deadline: null, completed: false, ...written },
  },
  {
    name: 'errorAnswer',
    ours: errorAnswer,
    servers: errorResponse,
    good: { error: 'invalid_request', error_description: 'No.', fields: { title: ['At most 200 characters.'] } },
  },
];

/** The good answer with each of its fields missing or made wrong in turn, and things that are no answer at all. */
function variants(good: Record<string, unknown>): unknown[] {
  const wrong = [undefined, null, 1, Number.NaN, true, 'text', [], {}, ['text'], { text: ['text'] }, { text: 'text' }];
  const changed = Object.keys(good).flatMap((name) => wrong.map((value) => ({ ...good, [name]: value })));
  const missing = Object.keys(good).map((name) =>
    Object.fromEntries(Object.entries(good).filter(([key]) => key !== name)),
  );
  return [good, { ...good, more: 1 }, ...changed, ...missing, ...wrong, [good]];
}

describe.each(pairs)('$name', ({ ours, servers, good }) => {
  test('takes and refuses what the server’s schema does', () => {
    expect(ours.safeParse(good).success).toBe(true);
    const differing = variants(good).filter((one) => ours.safeParse(one).success !== servers.safeParse(one).success);
    expect(differing).toEqual([]);
  });
});

test('an answer without a body is null, not a portal’s page', () => {
  expect([null, undefined, '', '<html>', {}].map((one) => nothing.safeParse(one).success)).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});
