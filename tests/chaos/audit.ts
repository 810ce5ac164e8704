/** Afterwards, in calm weather: is all there that was acknowledged? */
import { z } from 'zod';
import { openStore } from '#db/index.ts';
import { api } from '#lib/core/routes.ts';
import { HonestClient, type Network } from './honest-client.ts';
import type { Person } from './person.ts';

const pageSize = 100;
const taskPage = z.object({ items: z.array(z.object({ title: z.string() })), pages: z.number() });

interface Found {
  people: Person[];
  /** Sessions that were refused to their robbed owners. */
  robbed: string[];
  databaseUrl: string;
}

export async function audit({ people, robbed, databaseUrl }: Found, network: Network): Promise<void> {
  const { ledger } = network;
  const store = await openStore(databaseUrl);
  try {
    for (const person of people) {
      await person.expectSignedIn([await person.refresh()]);
      await auditTasks(person, network);
      for (const cookies of person.ended) await expectOver(cookies, network);
      for (const [id, generation] of person.answered) {
        const head = (await store.findSession(id))?.session.head ?? -1;
        if (head < generation)
          ledger.breach('lostRefreshes', `session ${id}: ${generation} was answered, ${head} is known`);
      }
    }
    for (const id of robbed) {
      const reason = (await store.findSession(id))?.session.endReason;
      if (reason !== 'reuse') ledger.breach('others', `the stolen session ${id} was ended as ${reason}`);
    }
  } finally {
    await store.close();
  }
}

async function auditTasks(person: Person, { ledger }: Network): Promise<void> {
  const titles = await titlesOf(person.client);
  const times = new Map<string, number>();
  for (const title of titles) times.set(title, (times.get(title) ?? 0) + 1);
  for (const title of person.tasks) if (!times.has(title)) ledger.breach('lostTasks', title);
  for (const [title, count] of times) if (count > 1) ledger.breach('doubleTasks', `${count} times ${title}`);
}

async function titlesOf(client: HonestClient): Promise<string[]> {
  const titles: string[] = [];
  for (let page = 1; ; page++) {
    const answer = await client.call('GET', `${api.tasks}?page=${page}&size=${pageSize}`);
    if (answer?.status !== 200) throw new Error(`The tasks cannot be read: ${answer?.status}.`);
    const { items, pages } = taskPage.parse(JSON.parse(answer.body));
    titles.push(...items.map(({ title }) => title));
    if (page >= pages) return titles;
  }
}

async function expectOver(cookies: Record<string, string>, network: Network): Promise<void> {
  const client = new HonestClient(network);
  client.http.cookies = cookies;
  const { sessionId } = client.held();
  const page = await client.insist('GET', api.session);
  if (page.status !== 401 || (await client.refresh())) network.ledger.breach('lostEnds', sessionId);
}
