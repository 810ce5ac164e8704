/** Declares the requests and answers of the task list. Model your own resource's contract on it. */
import { z } from 'zod';
import { pageOf, queryNumber, routeContract } from '#lib/core/route-contract.ts';
import { api } from '#lib/core/routes.ts';
import { trimUnseen, unfitForLine, unfitForText, unseenInLine } from '#lib/core/text.ts';

const title = z
  .string({ error: 'Give the task a title.' })
  .transform(trimUnseen)
  .pipe(
    z
      .string()
      .min(1, 'Give the task a title.')
      .max(200, 'At most 200 characters.')
      .refine((value) => !unfitForLine.test(value), unseenInLine),
  );
const description = z
  .string({ error: 'The description is text.' })
  .max(5000, 'At most 5,000 characters.')
  .refine((value) => !unfitForText.test(value), 'Leave out characters that are no text.');
const deadline = z
  .string({ error: 'A date like 2026-12-31, or null.' })
  .refine(isCalendarDate, 'A date like 2026-12-31.')
  .nullable();
const completed = z.boolean({ error: 'true or false.' });

export const newTaskRequest = z.strictObject({
  title,
  description: description.default(''),
  deadline: deadline.default(null),
});
export type NewTaskRequest = z.infer<typeof newTaskRequest>;

/** Replaces a task (PUT): a field other than the title returns to its default when it is left out. */
export const taskRequest = newTaskRequest.extend({ completed: completed.default(false) });

export const taskPatch = z
  .strictObject({
    title: title.optional(),
    description: description.optional(),
    deadline: deadline.optional(),
    completed: completed.optional(),
  })
  .refine((patch) => Object.keys(patch).length > 0, 'Name at least one field to change.');
export type TaskPatch = z.infer<typeof taskPatch>;

export const idempotencyKey = z.string().regex(/^[\x21-\x7e]{1,128}$/, '1 to 128 visible ASCII characters.');

/** Orders of the task list: by creation time, by nearest deadline (tasks without one come last), by title. */
export const taskOrders = ['newest', 'oldest', 'deadline', 'title'] as const;
export type TaskOrder = (typeof taskOrders)[number];

export const taskQuery = z.strictObject({
  page: queryNumber(1, 1, 1_000_000),
  size: queryNumber(10, 1, 100),
  completed: z
    .enum(['true', 'false'], { error: 'true or false.' })
    .transform((value) => value === 'true')
    .optional(),
  /** Text to find in the title or the description, ignoring case. */
  search: z
    .string()
    .max(100, 'At most 100 characters.')
    .refine((value) => !unfitForLine.test(value), unseenInLine)
    .transform(trimUnseen)
    .optional(),
  sort: z.enum(taskOrders, { error: `One of ${taskOrders.join(', ')}.` }).default('newest'),
});
export type TaskQuery = z.infer<typeof taskQuery>;

export const task = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  deadline: z.string().nullable(),
  completed: z.boolean(),
  created_at: z.string(),
  updated_at: z.string(),
});
export type Task = z.infer<typeof task>;

export const taskPage = pageOf(task);
export type TaskPage = z.infer<typeof taskPage>;

export const tasksRoute = routeContract({
  path: api.tasks,
  GET: { query: taskQuery, answers: { 200: taskPage } },
  POST: {
    headers: z.object({ 'Idempotency-Key': idempotencyKey.optional() }),
    body: newTaskRequest,
    answers: { 201: task },
    errors: ['idempotency_key_reused', 'not_found', 'slow_down'],
  },
});

export const oneTaskRoute = routeContract({
  path: api.oneTask,
  GET: { answers: { 200: task }, errors: ['not_found'] },
  PUT: { body: taskRequest, answers: { 200: task }, errors: ['not_found', 'slow_down'] },
  PATCH: { body: taskPatch, answers: { 200: task }, errors: ['not_found', 'slow_down'] },
  DELETE: { answers: { 204: null }, errors: ['not_found', 'slow_down'] },
});

function isCalendarDate(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
}
