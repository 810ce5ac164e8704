/** The shape of requests and responses about tasks. Your own resource's stands in a file like this one. */
import * as z from 'zod/mini';
import { pageOf, queryNumber, unfitForLine, unfitForText } from '#lib/core/wire.ts';

const title = z.pipe(
  z.pipe(
    z.string({ error: 'Give the task a title.' }),
    z.transform((value: string) => value.trim()),
  ),
  z.string().check(
    z.minLength(1, 'Give the task a title.'),
    z.maxLength(200, 'At most 200 characters.'),
    z.refine((value) => !unfitForLine.test(value), 'Leave out control characters.'),
  ),
);
const description = z.string({ error: 'The description is text.' }).check(
  z.maxLength(5000, 'At most 5,000 characters.'),
  z.refine((value) => !unfitForText.test(value), 'Leave out characters that are no text.'),
);
const deadline = z.nullable(
  z.string({ error: 'A date like 2026-12-31, or null.' }).check(z.refine(isCalendarDate, 'A date like 2026-12-31.')),
);
const completed = z.boolean({ error: 'true or false.' });

export const newTaskRequest = z.strictObject({
  title,
  description: z._default(description, ''),
  deadline: z._default(deadline, null),
});
export type NewTaskRequest = z.infer<typeof newTaskRequest>;

/** PUT replaces: what is left out returns to its default. */
export const taskRequest = z.strictObject({
  title,
  description: z._default(description, ''),
  deadline: z._default(deadline, null),
  completed: z._default(completed, false),
});

export const taskPatch = z
  .strictObject({
    title: z.optional(title),
    description: z.optional(description),
    deadline: z.optional(deadline),
    completed: z.optional(completed),
  })
  .check(z.refine((patch) => Object.keys(patch).length > 0, 'Name at least one field to change.'));
export type TaskPatch = z.infer<typeof taskPatch>;

export const idempotencyKey = z.string().check(z.regex(/^[\x21-\x7e]{1,128}$/, '1 to 128 visible ASCII characters.'));

/** Newest and oldest by when they were made; deadline with the nearest first and none last; title by its letters. */
export const taskOrders = ['newest', 'oldest', 'deadline', 'title'] as const;
export type TaskOrder = (typeof taskOrders)[number];

export const taskQuery = z.strictObject({
  page: queryNumber(1, 1, 1_000_000),
  size: queryNumber(10, 1, 100),
  completed: z.optional(
    z.pipe(
      z.enum(['true', 'false'], { error: 'true or false.' }),
      z.transform((value: 'true' | 'false') => value === 'true'),
    ),
  ),
  /** Words that stand in the title or the description, in any case. */
  search: z.optional(
    z.string().check(
      z.maxLength(100, 'At most 100 characters.'),
      z.refine((value) => !unfitForLine.test(value), 'Leave out control characters.'),
    ),
  ),
  sort: z._default(z.enum(taskOrders, { error: `One of ${taskOrders.join(', ')}.` }), 'newest'),
});
export type TaskQuery = z.infer<typeof taskQuery>;

export const task = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  deadline: z.nullable(z.string()),
  completed: z.boolean(),
  created_at: z.string(),
  updated_at: z.string(),
});
export type Task = z.infer<typeof task>;

export const taskPage = pageOf(task);
export type TaskPage = z.infer<typeof taskPage>;

function isCalendarDate(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
}
