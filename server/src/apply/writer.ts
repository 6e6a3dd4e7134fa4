/**
 * The one writer loop (sync.md, section 2): everything that changes a synced row queues here. The loop takes what
 * waits, loads it, computes all of it in memory, then writes it with a few statements and commits once.
 */

import type { Instant } from '@rung/domain/base/time.ts';
import type { Clock } from '../clock.ts';
import { beat } from '../db/alive.ts';
import type { DirectoryCache } from '../db/directory.ts';
import type { Database } from '../db/open.ts';
import { troubleOf } from '../db/trouble.ts';
import type { Log } from '../log.ts';
import { type ArrivedCommand, applyCommand } from './apply-command.ts';
import { applyEdit, type DirectoryEdit } from './apply-edit.ts';
import { commitGroup, DirectoryMoved, type Item } from './group.ts';
import type { Settled } from './world.ts';

/** The database cannot write now; nothing was written, and the same may work in a moment. */
export class Busy extends Error {}

export type Writer = {
  /** Settles a command: at most once for its uid, for ever. @throws Busy */
  command(arrived: ArrivedCommand): Promise<Settled>;
  /** Edits the directory. What `edit` refuses is its own answer, and writes nothing. @throws Busy */
  editDirectory<Answer>(by: string, edit: DirectoryEdit<Answer>): Promise<Answer>;
  /** Writes that this process lives. @throws Busy */
  beat(now: Instant): Promise<void>;
  /** Takes nothing new and resolves when everything that waited is written or answered. */
  close(): Promise<void>;
};

const groupSize = 100;
/** How often an item alone is tried again when another process was quicker. */
const tries = 5;

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

  async function write(group: readonly Waiting[]): Promise<void> {
    try {
      const answers = await commitGroup(
        { db, directory, now: clock.now() },
        group.map((waiting) => waiting.item),
      );
      for (const [n, { answer, fail }] of group.entries()) {
        const outcome = answers[n];
        if (outcome?.ok === true) answer(outcome.value);
        else fail(outcome?.refusal);
      }
    } catch (error) {
      // The database refused the group: each is loaded anew and tried alone, so that one cannot harm the others.
      for (const waiting of group) await writeAlone(waiting, error, group.length === 1 ? 1 : 0);
    }
  }

  async function writeAlone(waiting: Waiting, error: unknown, tried: number): Promise<void> {
    let last = error;
    for (let n = tried; n < tries; n += 1) {
      if (n > 0 && !(last instanceof DirectoryMoved) && troubleOf(last) !== 'conflict') break;
      try {
        const [outcome] = await commitGroup({ db, directory, now: clock.now() }, [waiting.item]);
        if (outcome?.ok === true) waiting.answer(outcome.value);
        else waiting.fail(outcome?.refusal);
        return;
      } catch (again) {
        last = again;
      }
    }
    const isDefect = !(last instanceof DirectoryMoved) && troubleOf(last) === 'defect';
    if (!isDefect) log.warn('the database could not write', { error: last });
    waiting.fail(isDefect ? last : new Busy('the database could not write', { cause: last }));
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
        apply: (world) => applyEdit(world, by, edit),
      }),
    async beat(now) {
      try {
        await db.writer.transact((tx) => tx.commit(beat(db, now), () => []));
      } catch (error) {
        throw new Busy('the database could not write', { cause: error });
      }
    },
    async close() {
      isClosed = true;
      await running;
    },
  };
}
