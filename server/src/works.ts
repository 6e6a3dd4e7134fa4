/** What Rung does by itself, joined to the writer: deadlines, sending, its heartbeat. When it does it is for loops, or for whoever moves the clock. */

import type { Instant } from '@rung/domain/base/time.ts';
import type { Directory, Person } from '@rung/domain/directory/directory.ts';
import { enabledPerson } from '@rung/domain/directory/people.ts';
import type { Writer } from './apply/writer.ts';
import type { Clock } from './clock.ts';
import type { DirectoryCache } from './db/directory.ts';
import { nextAttemptAt } from './db/notifications.ts';
import type { Database } from './db/open.ts';
import { standingOf, type ToldOf } from './db/standing.ts';
import { type Dispatch, openDispatch, type Standing } from './dispatch/deliver.ts';
import type { Transports } from './dispatch/transport.ts';
import { audit } from './engine/audit.ts';
import { tick, type Ticked } from './engine/tick.ts';
import type { Log } from './log.ts';

const hour = 3_600_000;
/** A device that did not ask for so long is sent everything anew (sync.md, section 8). */
const marksLastMs = 60 * 24 * hour;
/** A check of a pager says nothing any more after so long. */
const checksLastMs = 60 * 24 * hour;
/** So long a removed device may leave what was typed on it; a phone that is found again later is still told to empty itself. */
const removedMs = { commands: 31 * 24 * hour, device: 400 * 24 * hour } as const;

/** When there is something to do next; null = never, as far as is known. */
export type Look = { readonly dueAt: Instant | null; readonly attemptAt: Instant | null };

export type Works = {
  readonly dispatch: Dispatch;
  /** Does everything that is due now. */
  tick(): Promise<Ticked>;
  /** Does what is due now and sends what waits now, until nothing is left. */
  look(): Promise<Look>;
  /** Writes that this process lives, and finds out whether servers were down before. */
  beat(): Promise<void>;
  /** The last beat of a process whose clock somebody moves: it lived all the time. */
  rest(): Promise<void>;
  /** Gives back deadlines that were lost; answers how many there were. */
  audit(): Promise<number>;
};

type Parts = {
  readonly db: Database;
  readonly directory: DirectoryCache;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly log: Log;
};

/** `transports`: by kind of contact method. `freed`: called when more can be sent at once. */
export function openWorks(parts: Parts, transports: Transports, freed?: () => void): Works {
  const { db, directory, writer, clock, log } = parts;
  let resumedAt: Instant | null = null;
  let sweptAt = -Infinity;
  let checksAuditedAt = -Infinity;

  const post = {
    claim: writer.claim,
    record: writer.record,
    async standing(claimed: Claimed) {
      const known = await directory.fresh(db.look);
      const standing = await standingOf(db, claimed);
      return { ...standing, ...namesIn(known, claimed), tickets: named(known, standing.tickets) };
    },
  };
  const dispatch = openDispatch({
    post,
    transports,
    clock,
    log,
    ...(freed === undefined ? {} : { freed }),
  });
  const tickNow = () => tick({ db, writer, clock, resumedAt });

  return {
    dispatch,
    tick: tickNow,
    async look() {
      for (;;) {
        const { done, nextAt } = await tickNow();
        const sent = await dispatch.look();
        if (done + sent === 0) return { dueAt: nextAt, attemptAt: await nextAttemptAt(db) };
      }
    },
    async beat() {
      const now = clock.now();
      resumedAt = await writer.beat(now);
      db.tidy();
      if (now - sweptAt < hour) return;
      sweptAt = now;
      await writer.sweepMarks(now - marksLastMs);
      await writer.sweepChecks(now - checksLastMs);
      await writer.sweepDevices(now - removedMs.commands, now - removedMs.device);
    },
    async rest() {
      await writer.beat(clock.now(), true);
    },
    audit() {
      const now = clock.now();
      const alsoChecks = now - checksAuditedAt >= hour || now < checksAuditedAt;
      if (alsoChecks) checksAuditedAt = now;
      return audit({ db, writer, clock, log, alsoChecks });
    },
  };
}

type Claimed = Parameters<typeof standingOf>[1];

/** Who is told, unless he is disabled, and whom it is about where it is about no ticket. */
function namesIn(known: Directory, claimed: Claimed): Pick<Standing, 'readers' | 'names'> {
  return {
    readers: new Map(
      claimed.flatMap(({ message: { person } }) => {
        const reader = enabledPerson(known, person);
        return reader === null ? [] : [[person, readerOf(reader)] as const];
      }),
    ),
    names: new Map(
      claimed.flatMap(({ message: { subject } }) => {
        const person = subject === null ? undefined : known.person.get(subject);
        return subject === null || person === undefined ? [] : [[subject, person.name] as const];
      }),
    ),
  };
}

/** Owners by name. */
function named(known: Directory, tickets: ReadonlyMap<string, ToldOf>): Standing['tickets'] {
  const nameOf = (key: string | null) => (key && known.person.get(key)?.name) ?? null;
  return new Map(
    [...tickets].map(([id, ticket]) => [id, { ...ticket, owner: nameOf(ticket.owner) }]),
  );
}

function readerOf({ name, language, zone }: Person) {
  return { name, language, zone };
}
