/** A thief with a copy of somebody's cookie: used after the owner has gone on, before it, or within the grace period. */
import { setTimeout as delay } from 'node:timers/promises';
import { api } from '#lib/core/routes.ts';
import { afterGraceMs, type HonestClient } from './honest-client.ts';
import type { Ledger } from './ledger.ts';
import type { Person } from './person.ts';

type Outcome =
  /** It shows at the owner's next refresh, if not before. */
  | 'must be caught'
  /** The docs name it as one that is not seen. */
  | 'may go unseen'
  /** It came to nothing: somebody was signed out before. */
  | 'signed out';

type Theft = (owner: HonestClient, thief: HonestClient, ledger: Ledger) => Promise<Outcome>;

async function afterTheOwner(owner: HonestClient, thief: HonestClient, ledger: Ledger): Promise<Outcome> {
  if (!(await refreshAndUse(owner))) return 'signed out';
  await delay(afterGraceMs);
  if (await thief.refresh()) ledger.breach('others', 'a token that was used up was answered after the grace period');
  return 'must be caught';
}

async function beforeTheOwner(_owner: HonestClient, thief: HonestClient): Promise<Outcome> {
  if (!(await refreshAndUse(thief))) return 'signed out';
  await delay(afterGraceMs);
  return 'must be caught';
}

async function withinTheGracePeriod(owner: HonestClient, thief: HonestClient): Promise<Outcome> {
  if (!(await refreshAndUse(owner))) return 'signed out';
  return (await thief.refresh()) ? 'may go unseen' : 'must be caught';
}

const thefts: Theft[] = [afterTheOwner, beforeTheOwner, withinTheGracePeriod];

async function refreshAndUse(client: HonestClient): Promise<boolean> {
  return (await client.refresh()) && (await client.call('GET', api.me)) !== null;
}

/** Robs `owner` in one way after the other, once at least, until told to stop. Answers the sessions that ended by it. */
export async function rob(
  owner: Person,
  { first, ledger, isOver }: { first: number; ledger: Ledger; isOver: () => boolean },
): Promise<string[]> {
  const ended: string[] = [];
  for (let round = first; round === first || !isOver(); round++) {
    await owner.signIn();
    const { client } = owner;
    const { sessionId } = client.held();
    const outcome = await thefts[round % thefts.length]?.(client, client.copy(), ledger);
    if (outcome === 'signed out') {
      ledger.breach('falseLogouts', `${owner.email}, session ${sessionId}, whose token nobody had used twice`);
      continue;
    }
    ledger.count('stolen');
    const isCaught = !(await client.refresh());
    if (isCaught) ended.push(sessionId);
    if (isCaught) ledger.count('caught');
    else if (outcome === 'may go unseen') ledger.count('withinGrace');
    else ledger.breach('uncaught', `${owner.email}, session ${sessionId}`);
  }
  return ended;
}
