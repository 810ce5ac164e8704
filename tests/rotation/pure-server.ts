/** A server of one session in memory, around the pure rule: what lib/server does with the decisions, without a database. */
import {
  access,
  type Decision,
  decide,
  type Epochs,
  replace,
  rotate,
  type Session,
  sessionNow,
} from '#lib/core/sessions/rotation.ts';

/** The rule; a search may put a weaker one in its place. */
export interface Rule {
  decide: typeof decide;
  rotate: typeof rotate;
  replace: typeof replace;
}
export const realRule: Rule = { decide, rotate, replace };

/** When and under which settings a request is served. */
interface Moment {
  clock: number;
  graceMs: number;
  idleMs: number;
  epochs?: Epochs;
}
const noEpochs: Epochs = { user: 0, app: 0 };

export function firstSession(now: number, { idleMs, maxMs }: { idleMs: number; maxMs: number }): Session {
  const limits = { idleExpiresAt: now + idleMs, expiresAt: now + maxMs, endedAt: null, userEpoch: 0, appEpoch: 0 };
  return { head: 0, parent: null, exchangedAt: now, confirmedAt: null, grace: [], ...limits };
}

/** What presenting a generation makes of the session. The head is answered, unless the decision is a refusal. */
export function presented(
  session: Session,
  given: { generation: number; nonceMatches: boolean },
  { clock, graceMs, idleMs, epochs = noEpochs }: Moment,
  rule: Rule = realRule,
): { decision: Decision; session: Session } {
  const now = sessionNow(session, clock);
  const decision = rule.decide(session, given, { now, graceMs, epochs });
  const idleExpiresAt = now + idleMs;
  if (decision === 'rotate')
    return { decision, session: { ...session, ...rule.rotate(session, now, graceMs), idleExpiresAt } };
  if (decision === 'replace')
    return { decision, session: { ...session, ...rule.replace(session, now), idleExpiresAt } };
  if (decision === 'reuse' || decision === 'ahead') return { decision, session: { ...session, endedAt: now } };
  return { decision, session };
}

/** What using an access token of a generation makes of the session. */
export function used(
  session: Session,
  generation: number,
  { clock, idleMs, epochs = noEpochs }: Moment,
): { verdict: 'granted' | 'ended' | 'stale'; session: Session } {
  const now = sessionNow(session, clock);
  const verdict = access(session, generation, epochs, now);
  if (verdict !== 'confirm') return { verdict, session };
  return { verdict: 'granted', session: { ...session, confirmedAt: now, idleExpiresAt: now + idleMs } };
}

export function isAnswered(decision: Decision): boolean {
  return decision === 'rotate' || decision === 'replace' || decision === 'replay';
}
