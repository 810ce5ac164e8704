import { oneTaskRoute } from '#lib/core/tasks/contract.ts';
import { route } from '#lib/server/http/route.ts';
import { deleteTask, getTask, updateTask } from '#lib/server/tasks/tasks.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(oneTaskRoute, {
  GET: async ({ deps, id, access: { user }, json }) => json(200, await getTask(deps, user.id, id)),
  PUT: async ({ deps, id, access: { user }, body, json }) => json(200, await updateTask(deps, user.id, id, body)),
  PATCH: async ({ deps, id, access: { user }, body, json }) => json(200, await updateTask(deps, user.id, id, body)),
  DELETE: async ({ deps, id, access: { user }, empty }) => {
    await deleteTask(deps, user.id, id);
    return empty(204);
  },
});
