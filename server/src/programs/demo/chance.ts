/** Chance that can be had again: the same seed says the same. */

/** Numbers in [0,1), one after the other (mulberry32). */
export type Chance = () => number;

export function chance(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of them; undefined = there is none. */
export function oneOf<Item>(items: readonly Item[], draw: Chance): Item | undefined {
  return items[Math.floor(draw() * items.length)];
}

/** One of them, by their weights. */
export function weighed<Item>(items: readonly (readonly [Item, number])[], draw: Chance): Item {
  let left = draw() * items.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [item, weight] of items) {
    left -= weight;
    if (left < 0) return item;
  }
  return items.at(-1)![0];
}
