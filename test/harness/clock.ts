/** A clock that stands until a story moves it. */
export type MovedClock = { now(): number; forward(ms: number): void };

export function movedClock(startsAt: number): MovedClock {
  let at = startsAt;
  return {
    now: () => at,
    forward(ms) {
      at += ms;
    },
  };
}
