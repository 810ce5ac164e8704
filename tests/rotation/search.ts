/** Breadth first through every state that can be reached, each visited once. */
export interface Found {
  states: number;
  /** The shortest way to a bad state; null where there is none. */
  fault: string[] | null;
  /** Whether every state within `depth` moves was seen, and none was left to go on from. */
  isComplete: boolean;
}

export interface Move<State> {
  name: string;
  /** The state after it; `bad` where it must never come to that. */
  to: State | 'bad';
}

/** `key` names a state; states of one name are taken for the same. */
export function search<State>(
  start: State,
  moves: (state: State) => Move<State>[],
  { key, depth }: { key: (state: State) => string; depth: number },
): Found {
  const cameFrom = new Map<string, { before: string; name: string } | null>([[key(start), null]]);
  const path = (last: string, from: string): string[] => {
    const names = [last];
    for (let at = cameFrom.get(from); at; at = cameFrom.get(at.before)) names.unshift(at.name);
    return names;
  };
  let border = [start];
  for (let step = 0; step < depth && border.length > 0; step++) {
    const next: State[] = [];
    for (const state of border) {
      const before = key(state);
      for (const { name, to } of moves(state)) {
        if (to === 'bad') return { states: cameFrom.size, fault: path(name, before), isComplete: false };
        const after = key(to);
        if (cameFrom.has(after)) continue;
        cameFrom.set(after, { before, name });
        next.push(to);
      }
    }
    border = next;
  }
  return { states: cameFrom.size, fault: null, isComplete: border.length === 0 };
}
