import { tasksRoute } from '#lib/core/tasks/contract.ts';
import { route } from '#lib/server/http/route.ts';
import { createTask, listTasks } from '#lib/server/tasks/tasks.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(tasksRoute, {
  GET: async ({ deps, query, access: { user }, json }) => json(200, await listTasks(deps, user.id, query)),
  POST: async ({ deps, headers, body, access: { user }, json }) => {
    const idempotencyKey = headers['Idempotency-Key'] ?? null;
    const task = await createTask(deps, user.id, { request: body, idempotencyKey });
    return json(201, task, { Location: `${deps.env.APP_URL}/api/tasks/${task.id}` });
  },
});
