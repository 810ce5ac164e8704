/** Tasks as the sample of what people write while all goes wrong. Each has a name of its own for a title. */
import type { Page } from '@playwright/test';
import { z } from 'zod';
import { api, paths } from '#lib/core/routes.ts';
import type { HonestClient } from './honest-client.ts';

const pageSize = 100;
const taskPage = z.object({ items: z.array(z.object({ title: z.string() })), pages: z.number() });

/** Writes as a person does with a client of their own. */
export const taskWork = {
  /** Adds one, with a key, as the browser does it: what is sent again is made once. Answers the status; null: the session is over. */
  async write(client: HonestClient, name: string): Promise<number | null> {
    const options = { json: { title: name }, headers: { 'Idempotency-Key': crypto.randomUUID() } };
    return (await client.call('POST', api.tasks, options))?.status ?? null;
  },

  /** Looks at the newest. Null: the session is over. */
  read: (client: HonestClient) => client.call('GET', `${api.tasks}?size=20`),

  /** The names of all that are there. */
  async list(client: HonestClient): Promise<string[]> {
    const names: string[] = [];
    for (let page = 1; ; page++) {
      const answer = await client.call('GET', `${api.tasks}?page=${page}&size=${pageSize}`);
      if (answer?.status !== 200) throw new Error(`The tasks cannot be read: ${answer?.status}.`);
      const { items, pages } = taskPage.parse(JSON.parse(answer.body));
      names.push(...items.map(({ title }) => title));
      if (page >= pages) return names;
    }
  },
};

/** Writes as a person does in a tab. */
export const taskForm = {
  path: paths.tasks,
  /** The request that adds one, and the name in its body. */
  request: `POST ${api.tasks}`,
  nameIn: (body: string): string => String(JSON.parse(body).title),

  ready: (page: Page) => page.getByRole('button', { name: 'Add' }).and(page.locator(':enabled')).waitFor(),

  /** Runs in the page: what a person does who types a task and presses Enter. */
  submit(title: string): void {
    const field = document.querySelector<HTMLInputElement>('form input[name=title]');
    if (!field) throw new Error('This is no page of tasks.');
    field.value = title;
    field.form?.requestSubmit();
  },
};
