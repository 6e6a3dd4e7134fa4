import type { Known } from '@rung/domain/escalation/known-targets.ts';
import { ladderView, type LadderView } from '@rung/domain/escalation/ladder-view.ts';
import { clock } from '#lib/state/clock.svelte.ts';
import { reach } from '#lib/state/reach.svelte.ts';
import { useSession } from '#lib/state/session.svelte.ts';
import {
  held,
  type HeldRef,
  useThisDevice,
  type WholeTicket,
} from '#lib/state/this-device.svelte.ts';
import { type LadderWords, ladderWords } from './ladder-names.ts';
import type { Delivery } from './ladder-reach.ts';
import { namesOf } from './names.ts';
import { readerOf } from './reader.ts';

export type HeldLadder = {
  /** null = this device does not hold the ticket, or has not read all it takes. */
  readonly view: LadderView | null;
  readonly words: LadderWords;
  /** The server's clock, ms: read in a template it is drawn anew each second. */
  readonly now: number;
  readonly isOut: boolean;
  delivery(page: string): Delivery | undefined;
};

const kinds = ['person', 'team', 'schedule', 'policy-version'] as const;
/** Nothing but a count changes with each second: what is reckoned is reckoned anew this often. */
const stepMs = 5000;

/**
 * The ladder of a ticket by what this device holds, for a component; follows both. The screen reads the ticket, and all its
 * parts see the same one at once.
 */
export function useLadder(whole: () => WholeTicket | null | undefined): HeldLadder {
  const device = useThisDevice();
  const session = useSession();
  // Apart, because an act changes nothing of it: it is not read again before the screen shows what was done.
  const company = held(() => async (reading) => {
    const refs = await Promise.all(kinds.map((kind) => reading.refs(kind)));
    const known = Object.fromEntries(kinds.map((kind, n) => [kind, itemsOf(refs[n])]));
    // What is inside comes from our own server.
    return { known: known as unknown as Known, name: namesOf(refs[0]).name };
  });

  const offset = $derived(device()?.offset ?? 0);
  const step = $derived(Math.floor((clock.now + offset) / stepMs) * stepMs);
  const isOut = $derived(reach.isLost || device()?.talking.kind === 'held');
  const asOf = $derived.by(() => {
    const at = device()?.lastAt ?? null;
    return isOut && at !== null ? at + offset : null;
  });
  const view = $derived.by(() => {
    const [value, known] = [whole(), company.value?.known];
    if (value == null || known === undefined) return null;
    const { ticket, entries: log } = value;
    return ladderView({ state: ticket.state, log, known, now: step, asOf });
  });
  const words = $derived(
    ladderWords(
      company.value?.name ?? ((key) => key),
      session.person?.key ?? null,
      readerOf(session),
      step,
    ),
  );
  return {
    get view() {
      return view;
    },
    get words() {
      return words;
    },
    get now() {
      return clock.now + offset;
    },
    get isOut() {
      return asOf !== null;
    },
    delivery: (page) => whole()?.pages.find(({ id: of }) => of === page),
  };
}

function itemsOf(refs: readonly HeldRef[] = []) {
  return new Map(refs.map(({ key, item }) => [key, item]));
}
