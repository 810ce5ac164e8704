import type { BrowserContext } from '@playwright/test';
import { api, paths, withId } from '#lib/core/routes.ts';
import { bearer } from '#tests/e2e/fixtures.ts';
import type { HttpClient } from '#tests/support/http-client.ts';

/** Makes tasks over HTTP, the first one first. */
export async function makeTasks(
  context: BrowserContext,
  tasks: { title: string; deadline?: string; description?: string }[],
): Promise<void> {
  const headers = await bearer(context);
  for (const data of tasks) await context.request.post(api.tasks, { data, headers });
}

/** The day that is this many days from now, as a deadline is written. */
export function day(offset: number): string {
  return new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
}

/** Makes a task of this title, and says where it is and what nobody else may be told of it. */
export async function makeTask(client: HttpClient, title: string) {
  const { id } = JSON.parse((await client.send('POST', api.tasks, { json: { title } })).body);
  return {
    pages: [paths.tasks, withId(paths.oneTask, id)],
    calls: [withId(api.oneTask, id)],
    words: [title, id],
  };
}
