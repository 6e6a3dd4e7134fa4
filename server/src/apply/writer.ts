/**
 * The one writer loop (sync.md, section 2): everything that changes a synced row queues here. The loop takes what
 * waits, loads it, computes all of it in memory, then writes it with a few statements and commits once.
 */

import type { Instant } from '@rung/domain/base/time.ts';
import type { Clock } from '../clock.ts';
import { beat, touch } from '../db/alive.ts';
import type { DirectoryCache } from '../db/directory.ts';
import type { CompiledQuery, Database } from '../db/open.ts';
import { troubleOf } from '../db/trouble.ts';
import type { Log } from '../log.ts';
import { type ArrivedCommand, applyCommand } from './apply-command.ts';
import { commitGroup, type Item, Moved } from './group.ts';
import type { Settled } from '../db/settled.ts';
import { noEffect, type World } from './world.ts';
import type { Change } from '@rung/domain/directory/directory.ts';

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
  /** Edits the directory. What `edit` refuses is its own answer, and writes nothing. @throws Busy */
  editDirectory<Answer>(by: string, edit: DirectoryEdit<Answer>): Promise<Answer>;
  /** Writes that this process lives. @throws Busy */
  beat(now: Instant): Promise<void>;
  /** Writes without changing anything, to find out whether it can. @throws Busy */
  probe(): Promise<void>;
  /** Takes nothing new and resolves when everything that waited is written or answered. */
  close(): Promise<void>;
};

const groupSize = 100;
/** How often a group is tried, by what went wrong: another process was quicker, the world did not answer, we are wrong. */
const triesFor = { moved: 10, conflict: 2, transient: 2, defect: 1 } as const;

type Waiting = {
  readonly item: Item;
  readonly answer: (value: unknown) => void;
  readonly fail: (error: unknown) => void;
};

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
  const queue: Waiting[] = [];
  let running: Promise<void> | null = null;
  let isClosed = false;

  function submit<Answer>(item: Item<Answer>): Promise<Answer> {
    if (isClosed) return Promise.reject(new Busy('the server is stopping'));
    return new Promise<Answer>((answer, fail) => {
      queue.push({ item: item as Item, answer: answer as (value: unknown) => void, fail });
      running ??= run();
    });
  }

  async function run(): Promise<void> {
    // Whoever asks in this same turn shares the first group.
    await Promise.resolve();
    while (queue.length > 0) await write(queue.splice(0, groupSize));
    // In the same turn as the last look at the queue: whoever comes next starts anew.
    running = null;
  }

  /** Answers everything in the group, one way or another. Never throws. */
  async function write(group: readonly Waiting[]): Promise<void> {
    for (let tried = 1; ; tried += 1) {
      try {
        const items = group.map((waiting) => waiting.item);
        const answers = await commitGroup({ db, directory, now: clock.now() }, items);
        for (const [n, { answer, fail }] of group.entries()) {
          const outcome = answers[n];
          if (outcome?.ok === true) answer(outcome.value);
          else fail(outcome?.refusal);
        }
        return;
      } catch (error) {
        // All memory is dropped; the next try loads anew, and finds settled what did get through.
        const trouble = error instanceof Moved ? 'moved' : troubleOf(error);
        if (tried < triesFor[trouble]) continue;
        if (trouble === 'moved' || trouble === 'transient') return giveUp(group, error);
        if (group.length === 1) return giveUp(group, error, trouble === 'defect');
        // One of them is at fault, and must not harm the others: each alone.
        for (const waiting of group) await write([waiting]);
        return;
      }
    }
  }

  async function alone(statement: CompiledQuery): Promise<void> {
    try {
      await db.writer.transact((tx) => tx.commit(statement, () => []));
    } catch (cause) {
      throw new Busy('the database could not write', { cause });
    }
  }

  function giveUp(group: readonly Waiting[], cause: unknown, isDefect = false): void {
    if (!isDefect) log.warn('the database could not write', { error: cause });
    const error = isDefect ? cause : new Busy('the database could not write', { cause });
    for (const { fail } of group) fail(error);
  }

  return {
    command: (arrived) =>
      submit({
        uid: arrived.uid,
        ticket: arrived.command.args.ticket,
        isEdit: false,
        apply(world) {
          const { settled, effect } = applyCommand(world, arrived);
          return { answer: settled, effect };
        },
      }),
    editDirectory: (by, edit) =>
      submit({
        uid: null,
        ticket: null,
        isEdit: true,
        apply(world) {
          const { changes, answer } = edit(world);
          return { answer, effect: { ...noEffect, changes, by } };
        },
      }),
    beat: (now) => alone(beat(db, now)),
    probe: () => alone(touch(db)),
    async close() {
      isClosed = true;
      await running;
    },
  };
}
