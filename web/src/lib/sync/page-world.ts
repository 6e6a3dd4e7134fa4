import type { World } from './exchange.ts';

/** What an exchange needs of the world, from a browser's page. */
export const pageWorld: World = {
  fetch: (path, init) => fetch(path, init),
  now: () => Date.now(),
  later(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
