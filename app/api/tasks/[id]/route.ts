import { taskPatch, taskRequest } from '#lib/core/tasks/contract.ts';
import { empty, json } from '#lib/edge/respond.ts';
import { jsonBody } from '#lib/server/http/body.ts';
import { authed, methods } from '#lib/server/http/route.ts';
import { deleteTask, getTask, updateTask } from '#lib/server/tasks/tasks.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: authed(async ({ deps, id, access: { user } }) => json(200, await getTask(deps, user.id, id))),
  PUT: authed(async ({ request, deps, id, access: { user } }) =>
    json(200, await updateTask(deps, user.id, id, await jsonBody(request, taskRequest))),
  ),
  PATCH: authed(async ({ request, deps, id, access: { user } }) =>
    json(200, await updateTask(deps, user.id, id, await jsonBody(request, taskPatch))),
  ),
  DELETE: authed(async ({ deps, id, access: { user } }) => {
    await deleteTask(deps, user.id, id);
    return empty(204);
  }),
});
