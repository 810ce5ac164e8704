import { tasksOf } from '../../../../shared/tasks.ts';

/** Answers with the app's own query in a bare handler, for the user whom a header names. */
export async function GET(request: Request): Promise<Response> {
  return Response.json(await tasksOf(request.headers.get('x-user') ?? ''));
}
