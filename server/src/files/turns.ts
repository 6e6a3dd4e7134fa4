/** Who waits for whom. */

import { ERRORS, type Locker } from '@tus/server';

/** Runs at most so many at once; the others wait in the order they came. */
export function atMost(most: number) {
  const waiting: (() => void)[] = [];
  let running = 0;

  return async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    if (running >= most) await new Promise<void>((start) => waiting.push(start));
    else running += 1;
    try {
      return await work();
    } finally {
      // Whoever waits takes this one's place.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

/** Runs one for each key at a time: who asks meanwhile gets the answer of the one that runs. */
export function oncePerKey<Answer>() {
  const running = new Map<string, Promise<Answer>>();
  return (key: string, work: () => Promise<Answer>): Promise<Answer> => {
    const before = running.get(key);
    if (before !== undefined) return before;
    const now = work().finally(() => running.delete(key));
    running.set(key, now);
    return now;
  };
}

type Turn = { readonly start: () => void; readonly askBack: () => void };

/**
 * One request works on an upload at a time. Who comes while another reads a body that may never end asks for it back, and
 * gets it once that one was given up. (tus's own locker asks in a loop that keeps a processor busy.)
 */
export function openLocker(): Locker {
  const queues = new Map<string, Turn[]>();

  return {
    newLock(id) {
      let mine: Turn | null = null;
      const leave = (): void => {
        const queue = queues.get(id) ?? [];
        const place = mine === null ? -1 : queue.indexOf(mine);
        mine = null;
        if (place < 0) return;
        queue.splice(place, 1);
        if (queue.length === 0) queues.delete(id);
        if (place > 0) return;
        queue[0]?.start();
        if (queue.length > 1) queue[0]?.askBack();
      };
      return {
        lock: (signal, askBack) =>
          new Promise<void>((start, fail) => {
            if (signal.aborted) return fail(ERRORS.ABORTED);
            const queue = queues.get(id) ?? [];
            queues.set(id, queue);
            const turn: Turn = { start, askBack: () => void askBack() };
            mine = turn;
            queue.push(turn);
            if (queue.length === 1) return start();
            queue[0]?.askBack();
            signal.addEventListener(
              'abort',
              () => {
                // Of one that has had its turn the holder leaves by himself.
                if (queue.indexOf(turn) > 0) leave();
                fail(ERRORS.ABORTED);
              },
              { once: true },
            );
          }),
        unlock: async () => leave(),
      };
    },
  };
}
