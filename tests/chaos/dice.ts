/** The choices of a run. The same seed makes the same ones; when they fall is up to the machine. */
export interface Dice {
  /** From `low` up to `high`. */
  between(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly [T, ...T[]]): T;
  shuffled<T>(items: readonly T[]): T[];
  /** For somebody else, whose choices must not depend on when these are made. */
  another(): Dice;
}

export function diceFrom(seed: number): Dice {
  let state = seed >>> 0;

  /** From 0 up to 1: Mulberry32. */
  function fraction(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  }

  return {
    between: (low, high) => low + fraction() * (high - low),
    chance: (probability) => fraction() < probability,
    pick: (items) => items[Math.floor(fraction() * items.length)] ?? items[0],
    shuffled: (items) =>
      items
        .map((item) => ({ item, place: fraction() }))
        .sort((one, other) => one.place - other.place)
        .map(({ item }) => item),
    another: () => diceFrom(fraction() * 2 ** 32),
  };
}
