import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type * as Back from './back.ts';

type Entry = { readonly at: string; readonly state: object | null };

/** A history as browsers have it: what is pushed is there at once, Back and Forward are done a turn later, from where one is then. */
function fakeHistory() {
  let entries: Entry[] = [{ at: 'work', state: null }];
  let here = 0;
  const heard: (() => void)[] = [];
  const move = (by: number): void =>
    void setTimeout(() => {
      if (entries[here + by] === undefined) return;
      here += by;
      for (const hear of heard) hear();
    });
  const put = (state: object | null, at: string): void => {
    entries = [...entries.slice(0, here + 1), { at, state }];
    here += 1;
  };
  return {
    listen: (_: string, hear: () => void) => void heard.push(hear),
    /** What the browser has: by its own button, and by a page. */
    history: {
      get state() {
        return entries[here]!.state;
      },
      pushState: (state: object | null, at: string) => put(state, at || entries[here]!.at),
      back: () => move(-1),
      forward: () => move(1),
    },
    go: (at: string) => put(null, at),
    /** Where one is, and what lies behind. */
    get stack() {
      return entries.slice(0, here + 1).map(({ at, state }) => (state === null ? at : `${at}+`));
    },
    /** The page is loaded anew: nobody of it hears any more. */
    reload: () => void heard.splice(0),
  };
}

let browser = fakeHistory();
let back: typeof Back;

async function load(): Promise<void> {
  vi.resetModules();
  back = await import('./back.ts');
}
const settled = (): Promise<unknown> => vi.runAllTimersAsync();

/** A sheet, as Sheet.svelte is one: closed by Back too. */
function sheet() {
  let isOpen = true;
  const closed = back.closedByBack(() => close());
  function close(): void {
    if (!isOpen) return;
    isOpen = false;
    closed();
  }
  return {
    close,
    get isOpen() {
      return isOpen;
    },
  };
}

beforeEach(async () => {
  vi.useFakeTimers();
  browser = fakeHistory();
  vi.stubGlobal('history', browser.history);
  vi.stubGlobal('addEventListener', browser.listen);
  browser.go('ticket');
  await load();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('Back closes what is open and stays; closing leaves nothing behind', async () => {
  const one = sheet();
  expect(browser.stack).toEqual(['work', 'ticket', 'ticket+']);
  browser.history.back();
  await settled();
  expect([one.isOpen, browser.stack]).toEqual([false, ['work', 'ticket']]);
  sheet().close();
  await settled();
  expect(browser.stack).toEqual(['work', 'ticket']);
});

test('a sheet that another one leads to is closed by Back as well', async () => {
  const one = sheet();
  one.close();
  const other = sheet();
  await settled();
  expect([other.isOpen, browser.stack]).toEqual([true, ['work', 'ticket', 'ticket+']]);
  browser.history.back();
  await settled();
  expect([other.isOpen, browser.stack]).toEqual([false, ['work', 'ticket']]);
});

test('whoever goes elsewhere after closing waits until the entry is out', async () => {
  const one = sheet();
  one.close();
  const seen: string[][] = [];
  const gone = back.allClosed().then(() => seen.push(browser.stack));
  await Promise.resolve();
  expect(seen).toEqual([]);
  await settled();
  await gone;
  expect(seen).toEqual([['work', 'ticket']]);
});

test('Forward to the entry after the page was loaded anew takes no way out from anybody', async () => {
  sheet();
  browser.reload();
  browser.history.back();
  await settled();
  await load();
  browser.history.forward();
  await settled();
  const one = sheet();
  expect(browser.stack).toEqual(['work', 'ticket', 'ticket+']);
  one.close();
  await settled();
  await back.allClosed();
  const other = sheet();
  browser.history.back();
  await settled();
  expect([other.isOpen, browser.stack]).toEqual([false, ['work', 'ticket']]);
});

test('a screen that is opened while the entry is on its way out leaves nobody waiting', async () => {
  sheet().close();
  browser.go('you');
  await settled();
  await back.allClosed();
  expect(browser.stack.at(-1)).not.toContain('+');
  const one = sheet();
  browser.history.back();
  await settled();
  expect(one.isOpen).toBe(false);
});
