/** The task list's calls, made with a client: `tasksApi(client).create({ title })`. */
import { answer, fields, nothing, orNull, text } from '#lib/client/answers.ts';
import type { AuthClient } from '#lib/client/auth-client.ts';
import { type Result, resultOf } from '#lib/client/result.ts';
import { api, withId } from '#lib/core/routes.ts';
import type { NewTaskRequest, Task, TaskPatch } from '#lib/core/tasks/contract.ts';

interface NewTask extends Pick<NewTaskRequest, 'title'>, Partial<Omit<NewTaskRequest, 'title'>> {}

export interface TasksApi {
  /**
   * Makes a task, once: the same content sent again after an answer was lost carries the same Idempotency-Key. Errors:
   * `invalid_request` with `fields`, and those of every call: `unreachable`, `signed_out`, `slow_down`,
   * `temporarily_unavailable`, `server_error`.
   */
  create(newTask: NewTask): Promise<Result<Task>>;
  /** Changes the fields named in the patch. Errors as for `create`, and `not_found`. */
  update(id: string, patch: TaskPatch): Promise<Result<Task>>;
  /** Deletes a task. Errors: `not_found`, and those of every call. */
  remove(id: string): Promise<Result<null>>;
}

type Fetching = Pick<AuthClient, 'fetch'>;

export function tasksApi(client: Fetching): TasksApi {
  const path = (id: string) => withId(api.oneTask, id);
  return {
    create: (newTask) => createTask(client, JSON.stringify(newTask)),
    update: (id, patch) => resultOf(() => client.fetch(path(id), withJson('PATCH', JSON.stringify(patch))), task),
    remove: (id) => resultOf(() => client.fetch(path(id), { method: 'DELETE' }), nothing),
  };
}

/** Keys of creations that got no definite answer, by their body: the next try may be a repeat of one that worked. */
const unanswered = new WeakMap<Fetching, Map<string, string>>();
const indefinite = ['unreachable', 'temporarily_unavailable', 'server_error'];

async function createTask(client: Fetching, body: string): Promise<Result<Task>> {
  const keys = unanswered.get(client) ?? new Map<string, string>();
  unanswered.set(client, keys);
  const key = keys.get(body) ?? crypto.randomUUID();
  // Taken out while under way, so that two tasks of the same words, added on purpose, stay two.
  keys.delete(body);
  const result = await resultOf(() => client.fetch(api.tasks, withJson('POST', body, key)), task);
  if (!result.ok && indefinite.includes(result.error.code)) keys.set(body, key);
  return result;
}

function withJson(method: string, body: string, key?: string): RequestInit {
  const headers = { 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) };
  return { method, headers, body };
}

export const task = answer(
  fields<Task>({
    id: text,
    title: text,
    description: text,
    deadline: orNull(text),
    completed: (value) => typeof value === 'boolean',
    created_at: text,
    updated_at: text,
  }),
);
