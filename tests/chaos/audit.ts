/** Afterwards, in calm weather: is all there that was acknowledged? */
import { openStore } from '#db/index.ts';
import { api } from '#lib/core/routes.ts';
import { HonestClient, type Network } from './honest-client.ts';
import type { Person } from './person.ts';

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
      await auditWork(person, network);
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

async function auditWork({ client, written }: Person, { ledger, work }: Network): Promise<void> {
  const times = new Map<string, number>();
  for (const name of (await work?.list(client)) ?? []) times.set(name, (times.get(name) ?? 0) + 1);
  for (const name of written) if (!times.has(name)) ledger.breach('lostWrites', name);
  for (const [name, count] of times) if (count > 1) ledger.breach('doubleWrites', `${count} times ${name}`);
}

async function expectOver(cookies: Record<string, string>, network: Network): Promise<void> {
  const client = new HonestClient(network);
  client.http.cookies = cookies;
  const { sessionId } = client.held();
  const page = await client.insist('GET', api.session);
  if (page.status !== 401 || (await client.refresh())) network.ledger.breach('lostEnds', sessionId);
}
