import { pageOf } from '@rung/domain/ticket/ticket.ts';
import type { Done } from '#lib/state/acts-here.ts';
import { hidePage } from '#lib/state/hide-page.ts';
import {
  type HeldRef,
  type HeldTicket,
  useServerClock,
  useThisDevice,
} from '#lib/state/this-device.svelte.ts';
import { loaded } from '#lib/ui/loaded.ts';
import type { Act, Typed } from './acts.ts';

/** What became of an act on many: how many commands wait here, how many tickets it was not for, and where it failed. */
export type Told = {
  readonly act: Act;
  readonly done: number;
  readonly leftOut: number;
  readonly failed: readonly HeldTicket[];
  /** Why, of the first that failed. */
  readonly refusal: string | null;
};

const notKept: Done = { ok: false, refusal: { kind: 'not-kept' } };

const rulesOfActs = () =>
  Promise.all([loaded(() => import('./acts.ts')), loaded(() => import('./many.ts'))]);

/** What is done from a list, to one ticket or to many; for a component. `teams`, `self`: as this device holds them. */
export function useDeskActs(
  me: () => string,
  known: () => { readonly self: HeldRef | null; readonly teams: readonly HeldRef[] } | undefined,
) {
  const device = useThisDevice();
  const serverClock = useServerClock();
  /** The rows that were acted on: until the screen shows what was done, a second press is the same. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing is drawn from it
  const acted = new Map<string, HeldTicket>();

  async function hands() {
    const [{ handsOf }] = await rulesOfActs();
    const { self = null, teams = [] } = known() ?? {};
    return handsOf(me(), self, teams, serverClock.now());
  }

  return {
    hands,
    /** Those of them to which it can be done. */
    async able(act: Act, rows: readonly HeldTicket[]): Promise<readonly HeldTicket[]> {
      const [[, { ableOf }], own] = await Promise.all([rulesOfActs(), hands()]);
      return own === null ? [] : ableOf(act, rows, own);
    },
    async doAll(act: Act, rows: readonly HeldTicket[], typed?: Typed): Promise<Told> {
      const [[, { commandsFor }], own] = await Promise.all([rulesOfActs(), hands()]);
      const fresh = rows.filter((row) => acted.get(`${act} ${row.id}`) !== row);
      const found = own === null ? [] : commandsFor(act, fresh, own, typed);
      for (const { row } of found) acted.set(`${act} ${row.id}`, row);
      const failed: HeldTicket[] = [];
      let refusal: string | null = null;
      for (const { row, command } of found) {
        const done = (await device()?.acts.do(command)) ?? notKept;
        const page = act === 'acknowledge' ? pageOf(row.state, me())?.id : undefined;
        if (done.ok && page !== undefined) void hidePage(page);
        if (done.ok) continue;
        acted.delete(`${act} ${row.id}`);
        failed.push(row);
        refusal ??= done.refusal.kind;
      }
      const leftOut = fresh.length - found.length;
      return { act, done: found.length - failed.length, leftOut, failed, refusal };
    },
  };
}
