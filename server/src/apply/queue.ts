/** The queue of the writer loop: who waits, what makes a group, and what becomes of a group that did not go through. */

import { mayBeTooMuch, type Trouble, troubleOf } from '../db/trouble.ts';
import type { Log } from '../log.ts';
import { Busy, Locked, Moved } from './errors.ts';
import type { Committed } from './group.ts';
import type { Item } from './item.ts';

/** What a commit means to others: something is due then, something waits to be sent. */
export type Listener = (committed: Omit<Committed, 'answers'>) => void;

export type Queue = {
  /** Answers what the item answers. @throws Busy, Locked (what is due only), what the item threw */
  submit<Answer>(item: Item<Answer>): Promise<Answer>;
  readonly isClosed: boolean;
  /** Takes nothing new and resolves when everything that waited is written or answered. */
  close(): Promise<void>;
};

const groupSize = 100;
/** How often a group is tried, by what went wrong: another process was quicker, the world did not answer, we are wrong. */
const triesFor = { moved: 10, conflict: 2, transient: 2, defect: 1 } as const;
/**
 * What is locked elsewhere is asked for again after this, and given up after that, ms (sync.md, "Locks"): a second later than
 * the database takes its locks from a process that froze (`idle_in_transaction_session_timeout`, db/postgres.ts).
 */
const askAgainAfter = 20;
const giveUpAfter = 6000;

type Waiting = {
  readonly item: Item;
  readonly since: number;
  readonly answer: (value: unknown) => void;
  readonly fail: (error: unknown) => void;
};

/** `commit` does a group as one, or throws and has written nothing. */
export function openQueue(
  commit: (items: readonly Item[]) => Promise<Committed>,
  listeners: readonly Listener[],
  log: Log,
): Queue {
  const commands: Waiting[] = [];
  const dues: Waiting[] = [];
  const putOff = new Set<Waiting>();
  let running: Promise<void> | null = null;
  let isClosed = false;

  function enqueue(waiting: Waiting): void {
    (waiting.item.due === undefined ? commands : dues).push(waiting);
    running ??= run();
  }

  async function run(): Promise<void> {
    // Whoever is read from the network in this same turn shares the group; and between groups the network has its turn.
    do {
      await new Promise((resolve) => setImmediate(resolve));
      await write(nextGroup());
    } while (commands.length + dues.length > 0);
    // In the same turn as the last look at the queues: whoever comes next starts anew.
    running = null;
  }

  /** At least half the places for either kind when both wait; commands first. */
  function nextGroup(): readonly Waiting[] {
    const forDues = Math.min(dues.length, Math.max(groupSize / 2, groupSize - commands.length));
    return [...commands.splice(0, groupSize - forDues), ...dues.splice(0, forDues)];
  }

  /** Answers everything in the group, one way or another. Never throws. */
  async function write(group: readonly Waiting[]): Promise<void> {
    for (let tried = 1; ; tried += 1) {
      try {
        settle(group, await commit(group.map((waiting) => waiting.item)));
        return;
      } catch (error) {
        // All memory is dropped; the next try loads anew, and finds settled what did get through.
        const trouble = error instanceof Moved ? 'moved' : troubleOf(error);
        if (tried >= triesFor[trouble]) return giveIn(group, error, trouble);
      }
    }
  }

  function settle(group: readonly Waiting[], { answers, ...committed }: Committed): void {
    for (const [n, waiting] of group.entries()) {
      const outcome = answers[n];
      if (outcome?.ok === true) waiting.answer(outcome.value);
      else if (outcome?.refusal instanceof Locked) askAgain(waiting, outcome.refusal);
      else waiting.fail(outcome?.refusal);
    }
    for (const listener of listeners) {
      try {
        listener(committed);
      } catch (error) {
        // What is committed is committed, whatever those who hear of it do.
        log.error('a listener of the writer loop threw', { error });
      }
    }
  }

  /** The group does not go through as it is. */
  async function giveIn(
    group: readonly Waiting[],
    error: unknown,
    trouble: Trouble | 'moved',
  ): Promise<void> {
    const [only, ...more] = group;
    if (only === undefined) return;
    if (trouble === 'transient' && more.length > 0 && mayBeTooMuch(error)) {
      const half = Math.ceil(group.length / 2);
      await write(group.slice(0, half));
      return write(group.slice(half));
    }
    if (trouble === 'moved' || trouble === 'transient') return tellBusy(group, error);
    if (more.length === 0) return fail(only, error, trouble);
    // One of them is at fault, and must not harm the others: each alone.
    for (const waiting of group) await write([waiting]);
  }

  /** Due items are looked for again by the engine; a command waits a little. */
  function askAgain(waiting: Waiting, locked: Locked): void {
    if (waiting.item.due !== undefined) return waiting.fail(locked);
    if (performance.now() - waiting.since > giveUpAfter) {
      return waiting.fail(new Busy('another server works on this ticket', { cause: locked }));
    }
    putOff.add(waiting);
    setTimeout(() => {
      if (putOff.delete(waiting)) enqueue(waiting);
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
    if (fault === undefined) {
      return trouble === 'defect' ? waiting.fail(cause) : tellBusy([waiting], cause);
    }
    const instead: Item = {
      ...item,
      apply: (world) => ({ answer: null, effect: fault(world, cause) }),
    };
    await write([{ ...waiting, item: instead, answer: () => waiting.fail(cause) }]);
  }

  function tellBusy(group: readonly Waiting[], cause: unknown): void {
    log.warn('the database could not write', { error: cause });
    for (const waiting of group) waiting.fail(new Busy('the database could not write', { cause }));
  }

  return {
    submit<Answer>(item: Item<Answer>) {
      if (isClosed) return Promise.reject(new Busy('the server is stopping'));
      return new Promise<Answer>((answer, fail) => {
        const since = performance.now();
        enqueue({ item, since, answer: answer as (value: unknown) => void, fail });
      });
    },
    get isClosed() {
      return isClosed;
    },
    async close() {
      isClosed = true;
      for (const waiting of putOff) waiting.fail(new Busy('the server is stopping'));
      putOff.clear();
      await running;
    },
  };
}
