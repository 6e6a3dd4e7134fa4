import { expect, test } from 'vitest';
import { type PokeSurroundings, startPokes } from './poke.ts';

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A browser with tabs, a lock, a channel and a server that says what the test says. */
function browser() {
  const sources: FakeSource[] = [];
  let turn: Promise<unknown> = Promise.resolve();
  const tabs = new Set<() => void>();
  const said: { isSignedIn: boolean | null; isGranted: boolean } = {
    isSignedIn: true,
    /** Whoever is stopped gets his turn all the same: it was granted before. */
    isGranted: false,
  };

  class FakeSource extends EventTarget {
    readonly url: string;
    readyState = 1;
    constructor(url: string) {
      super();
      this.url = url;
    }
    says(name: 'open' | 'poke'): void {
      this.dispatchEvent(new Event(name));
    }
    fails(readyState: 0 | 2): void {
      this.readyState = readyState;
      this.dispatchEvent(new Event('error'));
    }
    close(): void {
      this.readyState = 2;
    }
  }

  function tab(person = 'mara') {
    const told = { pokes: 0, signedOut: 0 };
    let page = { comes: (): void => undefined, goes: (): void => undefined };
    const alarms: { ms: number; run: () => void }[] = [];
    const around: PokeSurroundings = {
      open: (url) => {
        const source = new FakeSource(url);
        sources.push(source);
        return source;
      },
      isSignedIn: async () => said.isSignedIn,
      alone(_, ends, run) {
        turn = turn.then(() => (ends.aborted && !said.isGranted ? undefined : run()));
        return turn as Promise<void>;
      },
      tabs(_, heard) {
        tabs.add(heard);
        return {
          tell: () => [...tabs].filter((other) => other !== heard).forEach((other) => other()),
          close: () => tabs.delete(heard),
        };
      },
      shown: (comes, goes) => (page = { comes, goes }),
      lot: () => 0,
      later: (ms, run) => {
        alarms.push({ ms, run });
        return () => undefined;
      },
    };
    const { stop } = startPokes(
      person,
      () => (told.pokes += 1),
      () => (told.signedOut += 1),
      around,
    );
    return { told, stop, alarms, comes: () => page.comes(), goes: () => page.goes() };
  }

  const live = () => sources.filter((source) => source.readyState !== 2);
  return { tab, sources, live, said };
}

test('one tab holds the stream and tells the others; when it is gone the next one does', async () => {
  const { tab, live } = browser();
  const [first, second] = [tab(), tab()];
  await settled();
  expect(live().map(({ url }) => url)).toEqual(['/api/live?person=mara']);
  live()[0]!.says('poke');
  expect([first.told.pokes, second.told.pokes]).toEqual([1, 1]);
  first.stop();
  await settled();
  expect(live()).toHaveLength(1);
  live()[0]!.says('poke');
  expect([first.told.pokes, second.told.pokes]).toEqual([1, 2]);
});

test('a stream that begins counts as a poke: what changed before was told to nobody', async () => {
  const { tab, live } = browser();
  const { told } = tab();
  await settled();
  live()[0]!.says('open');
  expect(told.pokes).toBe(1);
});

test('a stream that breaks is the browser’s to mend; one that is refused is asked for again, later each time', async () => {
  const { tab, live, sources } = browser();
  const { told, alarms } = tab();
  await settled();
  live()[0]!.fails(0);
  await settled();
  expect(sources).toHaveLength(1);
  for (const ms of [1000, 2000, 4000]) {
    sources.at(-1)!.fails(2);
    await settled();
    expect(alarms.at(-1)!.ms).toBe(ms);
    alarms.at(-1)!.run();
  }
  expect(live()).toHaveLength(1);
  live()[0]!.says('open');
  live()[0]!.fails(2);
  await settled();
  expect([alarms.at(-1)!.ms, told.signedOut]).toEqual([1000, 0]);
});

test('where the session is over it stops and says so; a server that is away is no such thing', async () => {
  const { tab, said, live, sources } = browser();
  const { told, alarms } = tab();
  await settled();
  said.isSignedIn = null;
  live()[0]!.fails(2);
  await settled();
  expect([told.signedOut, alarms]).toMatchObject([0, [{ ms: 1000 }]]);
  alarms[0]!.run();
  said.isSignedIn = false;
  live()[0]!.fails(2);
  await settled();
  expect([told.signedOut, alarms.length, sources.length]).toEqual([1, 1, 2]);
});

test('a page that is left holds nothing; when it comes back it listens again', async () => {
  const { tab, live } = browser();
  const [first, second] = [tab(), tab()];
  await settled();
  first.goes();
  await settled();
  live()[0]!.says('poke');
  expect([first.told.pokes, second.told.pokes]).toEqual([0, 1]);
  first.comes();
  second.stop();
  await settled();
  live()[0]!.says('poke');
  expect([live().length, first.told.pokes]).toEqual([1, 1]);
});

test('whoever is stopped as his turn is granted opens no stream, and the next one has it', async () => {
  const { tab, live, sources, said } = browser();
  said.isGranted = true;
  const one = tab();
  one.stop();
  const other = tab();
  await settled();
  expect(sources).toHaveLength(1);
  live()[0]?.says('poke');
  expect([one.told.pokes, other.told.pokes]).toEqual([0, 1]);
});
