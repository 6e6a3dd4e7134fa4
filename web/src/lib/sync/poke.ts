/**
 * Hears from the server that something changed for this person (GET /api/live), and nothing more: whoever is poked asks.
 * One tab of a browser holds the stream and tells the others. A poke that is lost is harmless: the device asks every minute.
 */

import { nextExchange } from '@rung/sync/next-exchange.ts';
import { api } from '../http/api.ts';

/** What we need of an EventSource. */
export type Source = Pick<EventTarget, 'addEventListener'> & {
  readonly readyState: number;
  close(): void;
};

export type PokeSurroundings = {
  open(url: string): Source;
  /** Whether the server still knows this person's session; null = it does not answer. */
  isSignedIn(person: string): Promise<boolean | null>;
  /** Runs when no other tab does, until what it promises is done; not at all once `ends` has come. */
  alone(name: string, ends: AbortSignal, run: () => Promise<void>): Promise<void>;
  /** The tabs of one name hear each other, not themselves. */
  tabs(name: string, heard: () => void): { tell(): void; close(): void };
  /** A page that is left may come back as it was; until then it must hold nothing that others wait for. */
  shown(comes: () => void, goes: () => void, ends: AbortSignal): void;
  lot(): number;
  later(ms: number, run: () => void): () => void;
};

/** Of `EventSource.readyState`: it has given up, and does not come back by itself. */
const closed = 2;

/**
 * Calls back whenever something may have changed, also when the stream begins anew. `signedOut`: the server knows no
 * session any more, and nothing is heard until this is started again.
 */
export function startPokes(
  person: string,
  onPoke: () => void,
  signedOut: () => void,
  around: PokeSurroundings = ofBrowser,
): { stop(): void } {
  const ends = new AbortController();
  let current: { stop(): void } | null = null;

  function stop(): void {
    ends.abort();
    current?.stop();
  }

  const begin = (): void => {
    current?.stop();
    current = listen(person, onPoke, onEnd, around);
  };
  const onEnd = (): void => {
    stop();
    signedOut();
  };
  around.shown(begin, () => current?.stop(), ends.signal);
  begin();
  return { stop };
}

function listen(
  person: string,
  onPoke: () => void,
  signedOut: () => void,
  around: PokeSurroundings,
): { stop(): void } {
  const name = `rung-live-${person}`;
  const ends = new AbortController();
  const tabs = around.tabs(name, onPoke);

  function poked(): void {
    onPoke();
    tabs.tell();
  }

  /** Holds the stream for all tabs, until the end. */
  function hold(): Promise<void> {
    // Its turn was granted while it was stopped: nobody would end the stream any more.
    if (ends.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      let source: Source | null = null;
      let cancel = (): void => undefined;
      let failures = 0;

      function open(): void {
        const mine = around.open(`/api/live?person=${encodeURIComponent(person)}`);
        source = mine;
        mine.addEventListener('open', () => {
          failures = 0;
          // What changed while nobody listened was told to nobody.
          poked();
        });
        mine.addEventListener('poke', poked);
        mine.addEventListener('error', () => {
          // Else it tries again by itself.
          if (mine.readyState === closed && source === mine) void reopen();
        });
      }

      /** The server has refused it, and an EventSource does not say why. */
      async function reopen(): Promise<void> {
        source = null;
        const isSignedIn = await around.isSignedIn(person);
        if (ends.signal.aborted) return;
        if (isSignedIn === false) return signedOut();
        failures += 1;
        const wait = nextExchange({ failures, retryAfterMs: null, lot: around.lot() });
        cancel = around.later(wait, open);
      }

      ends.signal.addEventListener('abort', () => {
        cancel();
        source?.close();
        resolve();
      });
      open();
    });
  }

  void around.alone(name, ends.signal, hold);
  return {
    stop() {
      ends.abort();
      tabs.close();
    },
  };
}

const ofBrowser: PokeSurroundings = {
  open: (url) => new EventSource(url),
  async isSignedIn(person) {
    const answer = await api.session();
    return answer.ok ? answer.value.person?.key === person : null;
  },
  async alone(name, signal, run) {
    // Without locks (plain http) each tab holds a stream of its own.
    if (!('locks' in navigator)) return run();
    await navigator.locks.request(name, { signal }, run).catch(() => undefined);
  },
  tabs(name, heard) {
    const channel = new BroadcastChannel(name);
    channel.addEventListener('message', heard);
    return { tell: () => channel.postMessage(null), close: () => channel.close() };
  },
  shown(comes, goes, signal) {
    addEventListener('pagehide', goes, { signal });
    addEventListener('pageshow', (event) => event.persisted && comes(), { signal });
  },
  lot: Math.random,
  later(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
