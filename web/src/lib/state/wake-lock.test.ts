import { afterEach, expect, test, vi } from 'vitest';
import { keepAwake } from './wake-lock.ts';

afterEach(() => vi.unstubAllGlobals());

/** A browser whose answers come when the test gives them. */
function browser() {
  const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  const asked: PromiseWithResolvers<WakeLockSentinel>[] = [];
  let held = 0;
  vi.stubGlobal('document', page);
  vi.stubGlobal('navigator', {
    wakeLock: {
      request() {
        asked.push(Promise.withResolvers());
        return asked.at(-1)?.promise;
      },
    },
  });
  return {
    asked: () => asked.length,
    held: () => held,
    look: () => page.dispatchEvent(new Event('visibilitychange')),
    async give(n: number) {
      held += 1;
      const sentinel = { released: false, release: async () => void (held -= 1) };
      asked[n]?.resolve(sentinel as unknown as WakeLockSentinel);
      await vi.waitFor(() => Promise.resolve());
    },
    async refuse(n: number) {
      asked[n]?.reject(new Error('hidden'));
      await vi.waitFor(() => Promise.resolve());
    },
  };
}

test('looked at twice before the browser answers, the screen may still sleep once its time is over', async () => {
  const { asked, held, look, give } = browser();
  const end = keepAwake();
  look();
  for (let n = 0; n < asked(); n++) await give(n);
  end();
  await vi.waitFor(() => expect(held()).toBe(0));
});

test('a lock that comes after its time is given back', async () => {
  const { held, give } = browser();
  keepAwake()();
  await give(0);
  await vi.waitFor(() => expect(held()).toBe(0));
});

test('refused while the screen was looked at again, it is asked for once more', async () => {
  const { asked, look, refuse } = browser();
  const end = keepAwake();
  look();
  await refuse(0);
  await vi.waitFor(() => expect(asked()).toBe(2));
  end();
});
