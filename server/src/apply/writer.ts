/**
 * The one writer loop (sync.md, section 2): everything that changes a synced row queues here. The loop takes what
 * waits, loads it, computes all of it in memory, then writes it with a few statements and commits once.
 */

import type { Instant } from '@rung/domain/base/time.ts';
import type { Change } from '@rung/domain/directory/directory.ts';
import type { ContactMethod, Notification } from '@rung/domain/paging/notification.ts';
import type { Clock } from '../clock.ts';
import { beat, touch } from '../db/alive.ts';
import type { DirectoryCache } from '../db/directory.ts';
import type { Deadline } from '../db/due.ts';
import { claimNotifications, toNotification } from '../db/notifications.ts';
import type { CompiledQuery, Database } from '../db/open.ts';
import type { Settled } from '../db/settled.ts';
import { troubleOf } from '../db/trouble.ts';
import type { Log } from '../log.ts';
import { type Advanced, dueItem } from './advance-due.ts';
import { type ArrivedCommand, commandItem } from './apply-command.ts';
import { type Committed, commitGroup, Locked, Moved } from './group.ts';
import type { Item } from './item.ts';
import { materialisedBy } from './materialise.ts';
import { refold } from './refold.ts';
import { outcomeItem, type Tried } from './record-outcome.ts';
import { noEffect, type World } from './world.ts';

/** The database did not answer in time or cannot write. The same, with the same uid, may be tried again: it counts once. */
export class Busy extends Error {}

/** What an edit makes of the directory it finds: the changes to write (none = nothing), and what to answer. */
export type DirectoryEdit<Answer> = (world: Pick<World, 'directory' | 'teamsInUse' | 'now'>) => {
  readonly changes: readonly Change[];
  readonly answer: Answer;
};

export type Writer = {
  /** Settles a command: at most once for its uid, for ever. @throws Busy */
  command(arrived: ArrivedCommand): Promise<Settled>;
  /**
   * Does what is due. `locked`: another process has its ticket; `fault`: it threw, and was put off. @throws Busy
   */
  advance(due: Deadline): Promise<Advanced | 'locked' | 'fault'>;
  /** Makes it due now. @throws Busy */
  arm(deadline: Deadline): Promise<void>;
  /** Takes what is to be sent, at most `most`, for as long as the lease. @throws Busy */
  claim(now: Instant, leaseUntil: Instant, most: number): Promise<readonly Notification[]>;
  /** Writes how a try at a notification ended. @throws Busy */
  record(tried: Tried): Promise<void>;
  /** Adds a contact method, or puts another address in its place. @throws Busy */
  addContactMethod(method: ContactMethod): Promise<void>;
  /** Edits the directory. What `edit` refuses is its own answer, and writes nothing. @throws Busy */
  editDirectory<Answer>(by: string, edit: DirectoryEdit<Answer>): Promise<Answer>;
  /** Folds anew what other rules folded; at the start, before anybody reads. Answers how many. @throws Busy */
  refold(): Promise<number>;
  /** Writes that this process lives. Answers when servers last lived again after downtime; null = never. @throws Busy */
  beat(now: Instant): Promise<Instant | null>;
  /** Writes without changing anything, to find out whether it can. @throws Busy */
  probe(): Promise<void>;
  /** Calls back after every commit; one listener a kind of work. */
  onCommit(listener: (committed: Omit<Committed, 'answers'>) => void): void;
  /** Takes nothing new and resolves when everything that waited is written or answered. */
  close(): Promise<void>;
};

const groupSize = 100;
/** How often a group is tried, by what went wrong: another process was quicker, the world did not answer, we are wrong. */
const triesFor = { moved: 10, conflict: 2, transient: 2, defect: 1 } as const;
/** What is locked elsewhere is asked for again after this, and given up after that, ms (sync.md, "Locks"). */
const askAgainAfter = 20;
const giveUpAfter = 5000;

type Waiting = {
  readonly item: Item;
  readonly since: number;
  readonly answer: (value: unknown) => void;
  readonly fail: (error: unknown) => void;
};

type Lane = 'commands' | 'dues';

export function openWriter({
  db,
  directory,
  clock,
  log,
}: {
  readonly db: Database;
  readonly directory: DirectoryCache;
  readonly clock: Clock;
  readonly log: Log;
}): Writer {
  const queues: Record<Lane, Waiting[]> = { commands: [], dues: [] };
  const listeners: ((committed: Omit<Committed, 'answers'>) => void)[] = [];
  const putOff = new Set<Waiting>();
  let running: Promise<void> | null = null;
  let isClosed = false;

  function submit<Answer>(item: Item<Answer>, lane: Lane = 'commands'): Promise<Answer> {
    if (isClosed) return Promise.reject(new Busy('the server is stopping'));
    return new Promise<Answer>((answer, fail) => {
      const since = performance.now();
      enqueue({ item, since, answer: answer as (value: unknown) => void, fail }, lane);
    });
  }

  function enqueue(waiting: Waiting, lane: Lane): void {
    queues[lane].push(waiting);
    running ??= run();
  }

  async function run(): Promise<void> {
    // Whoever asks in this same turn shares the first group.
    await Promise.resolve();
    while (queues.commands.length + queues.dues.length > 0) await write(nextGroup());
    // In the same turn as the last look at the queues: whoever comes next starts anew.
    running = null;
  }

  /** At least half the places for either kind when both wait; commands first. */
  function nextGroup(): readonly Waiting[] {
    const { commands, dues } = queues;
    const forDues = Math.min(dues.length, Math.max(groupSize / 2, groupSize - commands.length));
    return [...commands.splice(0, groupSize - forDues), ...dues.splice(0, forDues)];
  }

  /** Answers everything in the group, one way or another. Never throws. */
  async function write(group: readonly Waiting[]): Promise<void> {
    for (let tried = 1; ; tried += 1) {
      try {
        const items = group.map((waiting) => waiting.item);
        const { answers, ...committed } = await commitGroup({ db, directory, clock }, items);
        for (const [n, waiting] of group.entries()) {
          const outcome = answers[n];
          if (outcome?.ok === true) waiting.answer(outcome.value);
          else if (outcome?.refusal instanceof Locked) askAgain(waiting, outcome.refusal);
          else waiting.fail(outcome?.refusal);
        }
        for (const listener of listeners) listener(committed);
        return;
      } catch (error) {
        // All memory is dropped; the next try loads anew, and finds settled what did get through.
        const trouble = error instanceof Moved ? 'moved' : troubleOf(error);
        if (tried < triesFor[trouble]) continue;
        if (trouble === 'moved' || trouble === 'transient') return giveUp(group, error);
        const [only, ...more] = group;
        if (only !== undefined && more.length === 0) return fail(only, error, trouble);
        // One of them is at fault, and must not harm the others: each alone.
        for (const waiting of group) await write([waiting]);
        return;
      }
    }
  }

  /** Due items are looked for again by the engine; a command waits a little. */
  function askAgain(waiting: Waiting, locked: Locked): void {
    if (waiting.item.due !== undefined) return waiting.fail(locked);
    if (performance.now() - waiting.since > giveUpAfter) {
      return waiting.fail(new Busy('another server works on this ticket', { cause: locked }));
    }
    putOff.add(waiting);
    setTimeout(() => {
      if (putOff.delete(waiting)) enqueue(waiting, 'commands');
    }, askAgainAfter);
  }

  /**
   * The database refuses what the item made, alone and loaded anew: it has a fault of its own to write instead, also
   * where a key is taken for good, or its caller is told.
   */
  async function fail(
    waiting: Waiting,
    cause: unknown,
    trouble: 'conflict' | 'defect',
  ): Promise<void> {
    const { fault, ...item } = waiting.item;
    if (fault === undefined) return giveUp([waiting], cause, trouble === 'defect');
    const instead: Item = {
      ...item,
      apply: (world) => ({ answer: null, effect: fault(world, cause) }),
    };
    await write([{ ...waiting, item: instead, answer: () => waiting.fail(cause) }]);
  }

  function giveUp(group: readonly Waiting[], cause: unknown, isDefect = false): void {
    if (!isDefect) log.warn('the database could not write', { error: cause });
    const error = isDefect ? cause : new Busy('the database could not write', { cause });
    for (const waiting of group) waiting.fail(error);
  }

  /** One statement that no device ever sees the effect of. */
  async function alone<Row>(statement: CompiledQuery<Row>): Promise<readonly Row[]> {
    if (isClosed) throw new Busy('the server is stopping');
    try {
      return await db.writer.run(statement);
    } catch (cause) {
      throw new Busy('the database could not write', { cause });
    }
  }

  return {
    command: (arrived) => submit(commandItem(arrived)),
    async advance(due) {
      try {
        return await submit(dueItem(due), 'dues');
      } catch (error) {
        if (error instanceof Locked) return 'locked';
        if (error instanceof Busy) throw error;
        log.error('a deadline threw; it is tried again later', { ...due, error });
        return 'fault';
      }
    },
    arm: (deadline) =>
      submit({
        apply: ({ now }) => {
          return {
            answer: undefined,
            effect: { ...noEffect, dues: [{ ...deadline, dueAt: now }] },
          };
        },
      }),
    async claim(now, leaseUntil, most) {
      return (await alone(claimNotifications(db, now, leaseUntil, most))).map(toNotification);
    },
    async record(tried) {
      await submit(outcomeItem(tried));
    },
    addContactMethod: (method) =>
      submit({
        apply: () => ({ answer: undefined, effect: { ...noEffect, contactMethods: [method] } }),
      }),
    editDirectory: (by, edit) =>
      submit({
        isEdit: true,
        apply(world) {
          const { changes, answer } = edit(world);
          const effect = { ...noEffect, changes, by, ...materialisedBy(changes, world.now) };
          return { answer, effect };
        },
      }),
    refold: () => refold(db, log, (item) => submit(item)),
    beat: async (now) => (await alone(beat(db, now)))[0]?.resumedAt ?? null,
    probe: async () => void (await alone(touch(db))),
    onCommit: (listener) => void listeners.push(listener),
    async close() {
      isClosed = true;
      for (const waiting of putOff) waiting.fail(new Busy('the server is stopping'));
      putOff.clear();
      await running;
    },
  };
}
