import { tasksOf } from '../../../../shared/tasks.ts';

/** The same query in a bare handler, for whomever the request names. */
export async function GET(request: Request): Promise<Response> {
  return Response.json(await tasksOf(request.headers.get('x-user') ?? ''));
}
