/**
 * The open streams of GET /api/live: who listens to which scopes, and telling them that something changed. They are
 * raw responses of Node: ten thousand of them must cost little, and none may wait for another.
 */

import type { ServerResponse } from 'node:http';
import { reference } from '@rung/domain/access/scopes.ts';
import type { Directory } from '@rung/domain/directory/directory.ts';
import type { Auth } from '../auth/auth.ts';
import type { DirectoryCache } from '../db/directory.ts';
import type { Log } from '../log.ts';
import { anybody, type News } from '../news.ts';
import { scopesHeard } from './scopes-heard.ts';

const poke = Buffer.from('event: poke\ndata: {}\n\n');
const beat = Buffer.from(':\n\n');
const begin = Buffer.from('retry: 5000\n\n');

/** Each stream beats every 25 s: those of one slot together, so that ten thousand do not stop everything else. */
const slotCount = 25;
const second = 1000;
/** Every how many beats it is asked whether its session is alive: what nobody told us shows then. */
const askEvery = 5;
/** Of one person; a browser needs one. */
const mostStreams = 20;
/** Told in one turn of the event loop. */
const atOnce = 500;
/** More than this unsent means that a poke is among it: a beat is written only where nothing waits. */
const longestBeat = beat.length + 16;

/** What we need of Node's response. */
export type Outgoing = Pick<ServerResponse, 'write' | 'end' | 'destroy' | 'writableLength'> & {
  once(event: 'close', listener: () => void): unknown;
};

/** A person who listens, on one stream or more. */
type Hearer = {
  readonly person: string;
  scopes: readonly string[];
  /** Of the directory that says so. */
  version: number;
  /** Oldest first. Made anew when it changes: what grows by itself keeps room for sixteen more. */
  streams: readonly Stream[];
};

type Stream = {
  readonly outgoing: Outgoing;
  readonly hearer: Hearer;
  readonly session: string;
  readonly slot: Set<Stream>;
  isStuck: boolean;
};

export type Streams = {
  /** Takes a response whose head is written. False = none is taken any more. */
  open(
    outgoing: Outgoing,
    who: { readonly person: string; readonly session: string; readonly directory: Directory },
  ): boolean;
  hear(news: Pick<News, 'touched' | 'ended'>): void;
  readonly count: number;
  /** Who listens, each once. */
  readonly people: readonly string[];
  /** Ends all, and takes none any more. */
  close(): void;
};

export function openStreams({
  auth,
  directory,
  log,
}: {
  readonly auth: Pick<Auth, 'alive'>;
  readonly directory: DirectoryCache;
  readonly log: Log;
}): Streams {
  const hearers = new Map<string, Hearer>();
  const byScope = new Map<string, Hearer | Set<Hearer>>();
  const slots = Array.from({ length: slotCount }, () => new Set<Stream>());
  const touched = new Set<Hearer>();
  const newcomers = new Set<Stream>();
  let isTelling = false;
  let opened = 0;
  let beats = 0;
  let timer: NodeJS.Timeout | null = null;
  let rescoping: Promise<void> | null = null;
  let isRescopeWanted = false;
  let isClosed = false;

  function hearerOf(person: string, known: Directory): Hearer {
    const before = hearers.get(person);
    if (before !== undefined) return before;
    const hearer: Hearer = { person, scopes: [], version: -1, streams: [] };
    hearers.set(person, hearer);
    rescopeOne(hearer, known);
    return hearer;
  }

  /** What he hears as this directory says, unless a newer one has said it. Whoever may not listen any more is ended. */
  function rescopeOne(hearer: Hearer, known: Directory): void {
    if (known.version < hearer.version || hearers.get(hearer.person) !== hearer) return;
    hearer.version = known.version;
    const scopes = scopesHeard(hearer.person, known);
    if (scopes === null) return end(hearer.streams);
    unindex(hearer);
    hearer.scopes = [...scopes];
    for (const scope of scopes) {
      const there = byScope.get(scope);
      // A person's own scope has one hearer mostly: a set for each of ten thousand would be their largest part.
      if (there === undefined) byScope.set(scope, hearer);
      else if (there instanceof Set) there.add(hearer);
      else byScope.set(scope, new Set([there, hearer]));
    }
  }

  function unindex(hearer: Hearer): void {
    for (const scope of hearer.scopes) {
      const there = byScope.get(scope);
      if (there instanceof Set) there.delete(hearer);
      if (there === hearer || (there instanceof Set && there.size === 0)) byScope.delete(scope);
    }
  }

  function forget(stream: Stream): void {
    if (!stream.slot.delete(stream)) return;
    const { hearer } = stream;
    hearer.streams = hearer.streams.filter((one) => one !== stream);
    if (hearer.streams.length > 0) return;
    unindex(hearer);
    hearers.delete(hearer.person);
    touched.delete(hearer);
    if (hearers.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  }

  function end(streams: readonly Stream[]): void {
    for (const stream of streams) {
      forget(stream);
      // Whoever does not read would hold up the end of the server.
      if (stream.outgoing.writableLength > 0) stream.outgoing.destroy();
      else stream.outgoing.end();
    }
  }

  /** Ends those whose session is over. Where that cannot be found out too: they come back, and are asked at the door. */
  async function ask(streams: readonly Stream[]): Promise<void> {
    if (streams.length === 0) return;
    try {
      const alive = await auth.alive(streams.map(({ session }) => session));
      end(streams.filter(({ session }) => !alive.has(session)));
    } catch (error) {
      log.warn('sessions could not be asked for; their streams were ended', { error });
      end(streams);
    }
  }

  /** Everybody's scopes as the directory is now. */
  async function rescope(): Promise<void> {
    isRescopeWanted = true;
    rescoping ??= rescopeAll().finally(() => (rescoping = null));
    await rescoping;
  }

  async function rescopeAll(): Promise<void> {
    while (isRescopeWanted) {
      isRescopeWanted = false;
      try {
        const known = await directory.fresh();
        for (const [n, hearer] of [...hearers.values()].entries()) {
          if (n % atOnce === atOnce - 1) await new Promise((resolve) => setImmediate(resolve));
          if (hearer.version !== known.version) rescopeOne(hearer, known);
        }
      } catch (error) {
        log.warn('the directory could not be read for the streams', { error });
        // With the next beat.
        isRescopeWanted = true;
        return;
      }
    }
  }

  function touch(scopes: readonly string[]): void {
    const isForAll = scopes.includes(anybody);
    for (const scope of isForAll ? byScope.keys() : scopes) {
      const there = byScope.get(scope);
      if (there instanceof Set) for (const hearer of there) touched.add(hearer);
      else if (there !== undefined) touched.add(there);
    }
    if (isTelling || touched.size === 0) return;
    isTelling = true;
    setImmediate(tell);
  }

  /** One poke a turn, however much changed in it. */
  function tell(): void {
    let left = atOnce;
    for (const hearer of touched) {
      if (left <= 0) break;
      touched.delete(hearer);
      left -= hearer.streams.length;
      for (const { outgoing } of hearer.streams) {
        // Where one waits unsent it says the same, and whoever does not read is not written to without end.
        if (outgoing.writableLength <= longestBeat) outgoing.write(poke);
      }
    }
    isTelling = touched.size > 0;
    if (isTelling) setImmediate(tell);
  }

  /** What ended or changed between the door and here was told to nobody. */
  function lookAtNewcomers(): void {
    const some = [...newcomers].filter((stream) => stream.slot.has(stream));
    newcomers.clear();
    if (some.length === 0) return;
    void ask(some);
    void directory.fresh().then(
      (known) => {
        for (const { hearer } of some) rescopeOne(hearer, known);
      },
      () => (isRescopeWanted = true),
    );
  }

  function beatOnce(): void {
    const slot = slots[beats % slotCount];
    const isAsking = Math.floor(beats / slotCount) % askEvery === askEvery - 1;
    beats += 1;
    if (isRescopeWanted) void rescope();
    if (slot === undefined) return;
    for (const stream of slot) {
      const isWaiting = stream.outgoing.writableLength > 0;
      if (isWaiting && stream.isStuck) end([stream]);
      else if (!isWaiting) stream.outgoing.write(beat);
      stream.isStuck = isWaiting;
    }
    if (isAsking) void ask([...slot]);
  }

  return {
    open(outgoing, { person, session, directory: known }) {
      if (isClosed) return false;
      const slot = slots[opened % slotCount];
      const hearer = hearerOf(person, known);
      if (slot === undefined) return false;
      opened += 1;
      const stream: Stream = { outgoing, hearer, session, slot, isStuck: false };
      slot.add(stream);
      hearer.streams = [...hearer.streams, stream];
      outgoing.once('close', () => forget(stream));
      outgoing.write(begin);
      timer ??= setInterval(beatOnce, second).unref();
      if (hearer.streams.length > mostStreams) end(hearer.streams.slice(0, 1));
      if (newcomers.size === 0) setImmediate(lookAtNewcomers);
      newcomers.add(stream);
      return true;
    },

    hear({ touched: scopes, ended }) {
      const isForAll = ended.includes(anybody);
      const suspects = isForAll ? [...hearers.keys()] : ended;
      void ask(suspects.flatMap((person) => hearers.get(person)?.streams ?? []));
      const isDirectory = scopes.includes(reference) || scopes.includes(anybody);
      if (hearers.size === 0) return;
      if (isDirectory) void rescope().then(() => touch(scopes));
      else touch(scopes);
    },

    get count() {
      return slots.reduce((sum, slot) => sum + slot.size, 0);
    },

    get people() {
      return [...hearers.keys()];
    },

    close() {
      isClosed = true;
      for (const slot of slots) end([...slot]);
    },
  };
}
