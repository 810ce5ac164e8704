/** The rule with a part taken away, or another rule in its place. A search that finds no fault in these shows nothing. */
import type { Decision, Session } from '#lib/core/sessions/rotation.ts';
import { type Rule, realRule } from './pure-server.ts';

type Decide = Rule['decide'];

function decidingBy(change: (decision: Decision, ...given: Parameters<Decide>) => Decision): Rule {
  return { ...realRule, decide: (...given) => change(realRule.decide(...given), ...given) };
}

const isOfGroup = ({ head, parent }: Session, generation: number) =>
  parent !== null && parent <= generation && generation < head;

/** Each of these signs honest people out. */
export const harsherRules: Record<string, Rule> = {
  'strict rotation: what is not the head is theft': decidingBy((decision) =>
    decision === 'replay' || decision === 'replace' ? 'reuse' : decision,
  ),
  'a grace and no more: nothing is replaced': decidingBy((decision) => (decision === 'replace' ? 'reuse' : decision)),
  'the window of a used head begins at the exchange': decidingBy(
    (decision, session, { generation }, { now, graceMs }) =>
      isOfGroup(session, generation) && session.confirmedAt !== null && now > session.exchangedAt + graceMs
        ? 'reuse'
        : decision,
  ),
  'no windows for earlier groups': { ...realRule, rotate: (...given) => ({ ...realRule.rotate(...given), grace: [] }) },
  'a sibling is theft': decidingBy((decision, session, { generation }) =>
    isOfGroup(session, generation) && generation !== session.parent ? 'reuse' : decision,
  ),
  'a replacement is the parent of the next': {
    ...realRule,
    replace: (session, now) => ({ ...realRule.replace(session, now), parent: session.head }),
  },
};

/** Each of these lets a thief and the owner go on side by side. */
export const softerRules: Record<string, Rule> = {
  'the parent is always answered': decidingBy((decision, session, { generation }) =>
    decision === 'reuse' && generation === session.parent ? 'replay' : decision,
  ),
  'a late parent of a used head gets a new one': decidingBy((decision, session, { generation }) =>
    decision === 'reuse' && isOfGroup(session, generation) ? 'replace' : decision,
  ),
  'a window of an earlier group never ends': {
    ...realRule,
    rotate: (session, now, graceMs) => {
      const lasting = ({ lo, hi }: { lo: number; hi: number }) => ({ lo, hi, until: now + 9 * graceMs });
      const next = realRule.rotate(session, now, graceMs);
      return { ...next, grace: next.grace.map(lasting) };
    },
  },
};
