import { idempotencyKey, newTaskRequest, taskQuery } from '#lib/core/tasks/contract.ts';
import { json } from '#lib/edge/respond.ts';
import { invalid, jsonBody, query } from '#lib/server/http/body.ts';
import { authed, methods } from '#lib/server/http/route.ts';
import { createTask, listTasks } from '#lib/server/tasks/tasks.ts';

function keyOf(headers: Headers): string | null {
  const key = headers.get('idempotency-key');
  if (key === null) return null;
  const parsed = idempotencyKey.safeParse(key);
  if (!parsed.success) throw invalid({ 'Idempotency-Key': ['1 to 128 visible ASCII characters.'] });
  return parsed.data;
}

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: authed(async ({ request, deps, access: { user } }) =>
    json(200, await listTasks(deps, user.id, query(request, taskQuery))),
  ),
  POST: authed(async ({ request, deps, access: { user } }) => {
    const key = keyOf(request.headers);
    const body = await jsonBody(request, newTaskRequest);
    const task = await createTask(deps, user.id, { request: body, idempotencyKey: key });
    return json(201, task, { Location: `${deps.env.APP_URL}/api/tasks/${task.id}` });
  }),
});
