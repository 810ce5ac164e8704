/**
 * The owner and a thief who copies the owner's cookie at some moment. Either may refresh, lose the answer, or use what they have,
 * at any time. Told from what they did alone: whoever has been behind the other's used token for more than G must be refused.
 */
import type { Session } from '#lib/core/sessions/rotation.ts';
import { aSecondLater, named, second } from './normal-form.ts';
import { firstSession, isAnswered, presented, type Rule, realRule, used } from './pure-server.ts';
import { type Found, type Move, search } from './search.ts';

interface Party {
  /** The generation that it holds. */
  holds: number;
  /** How long ago the other first used something newer; null: never. Counted to G + 1 s. */
  behindFor: number | null;
}

interface State {
  session: Session;
  /** The second is the thief, once there is one. */
  parties: readonly Party[];
}

const forever = { idleMs: Number.POSITIVE_INFINITY, maxMs: Number.POSITIVE_INFINITY };

export function searchThief({ grace, rule = realRule }: { grace: number; rule?: Rule }, depth: number): Found {
  const moment = { clock: 0, graceMs: grace * second, idleMs: forever.idleMs };

  function refresh(state: State, who: number, isLost: boolean): State | null | 'undetected' {
    const party = state.parties[who];
    if (!party) return null;
    const { decision, session } = presented(
      state.session,
      { generation: party.holds, nonceMatches: true },
      moment,
      rule,
    );
    // Refused: the session has ended for both, and nothing can follow.
    if (!isAnswered(decision)) return null;
    if (party.behindFor !== null && party.behindFor > grace) return 'undetected';
    const parties = decision === 'rotate' ? usedBy(state.parties, who) : state.parties;
    const answered = { holds: session.head, behindFor: null };
    return { session, parties: isLost ? parties : parties.with(who, answered) };
  }

  function moves(state: State): Move<State>[] {
    const found: Move<State>[] = [{ name: 'a second', to: aSecondOn(state) }];
    const [owner] = state.parties;
    if (owner && state.parties.length === 1) found.push({ name: 'copied', to: { ...state, parties: [owner, owner] } });
    for (const [who, { holds }] of state.parties.entries()) {
      const name = who === 0 ? 'the owner' : 'the thief';
      for (const isLost of [false, true]) {
        const to = refresh(state, who, isLost);
        const what = `${name} refreshes ${holds}${isLost ? ', unanswered' : ''}`;
        if (to) found.push({ name: what, to: to === 'undetected' ? 'bad' : to });
      }
      const { verdict, session } = used(state.session, holds, moment);
      if (verdict === 'granted')
        found.push({ name: `${name} uses ${holds}`, to: { session, parties: usedBy(state.parties, who) } });
    }
    if (state.parties.length > 1 && !isSettled(state))
      found.push({ name: 'neither is found out in two turns', to: 'bad' });
    return found;
  }

  /** Both take turns, more than G apart, each refreshing and using the answer: two turns end it, whoever begins. */
  function isSettled(state: State): boolean {
    return [
      [0, 1],
      [1, 0],
    ].every((turns) => {
      let now: State | null = state;
      for (const who of turns) {
        for (let seconds = 0; now && seconds <= grace; seconds++) now = aSecondOn(now);
        const to: State | null | 'undetected' = now && refresh(now, who, false);
        if (to === 'undetected') return false;
        now = to && { ...to, session: used(to.session, to.session.head, moment).session };
      }
      return now === null;
    });
  }

  function aSecondOn({ session, parties }: State): State {
    const longer = (behindFor: number | null) => (behindFor === null ? null : Math.min(behindFor + 1, grace + 1));
    return {
      session: aSecondLater(session, moment.graceMs),
      parties: parties.map(({ holds, behindFor }) => ({ holds, behindFor: longer(behindFor) })),
    };
  }

  const start = { session: firstSession(0, forever), parties: [{ holds: 0, behindFor: null }] };
  const key = ({ session, parties }: State) =>
    `${named(
      session,
      parties.map(({ holds }) => holds),
    )} ${parties.map(({ behindFor }) => behindFor).join()}`;
  return search<State>(start, moves, { key, depth });
}

/** `who` has used what it holds: from now on those who hold something older are behind. */
function usedBy(parties: readonly Party[], who: number): Party[] {
  const newest = parties[who]?.holds ?? 0;
  return parties.map((party) => (party.holds < newest ? { ...party, behindFor: party.behindFor ?? 0 } : party));
}
