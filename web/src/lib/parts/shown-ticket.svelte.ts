import { m } from '@rung/messages/compiled/messages.js';
import { useSession } from '#lib/state/session.svelte.ts';
import { held, useServerClock, type WholeTicket } from '#lib/state/this-device.svelte.ts';
import { loaded } from '#lib/ui/loaded.ts';
import type * as Acts from './acts.ts';
import { namesOf } from './names.ts';
import { whoHas } from './who-has.ts';

/** What leaves it as it stands until the server says so. */
const quiet: readonly string[] = ['reported', 'progressed', 'commented', 'attached'];

export type ShownTicket = ReturnType<typeof useShownTicket>;

/**
 * What a screen says of the ticket that it shows, and what its reader can do to it; for a component. The screen reads the
 * ticket, so that all it shows is of one moment; what it is called by comes from the directory.
 */
export function useShownTicket(whole: () => WholeTicket | null | undefined) {
  const session = useSession();
  const serverClock = useServerClock();
  const me = $derived(session.person?.key ?? '');
  const known = held(() => {
    const key = me;
    return async (reading) => {
      const [people, teams, sites] = await Promise.all(
        ['person', 'team', 'site'].map((kind) => reading.refs(kind)),
      );
      const self = people?.find((one) => one.key === key) ?? null;
      return { self, people: people ?? [], teams: teams ?? [], sites: sites ?? [] };
    };
  });
  const people = $derived(namesOf(known.value?.people));
  const teams = $derived(namesOf(known.value?.teams));
  const sites = $derived(namesOf(known.value?.sites));
  const ticket = $derived(whole()?.ticket ?? null);

  // The rules are loaded beside the ticket: most of the time nobody acts.
  let rules = $state.raw<typeof Acts | null>(null);
  const isThere = $derived(ticket !== null);
  $effect(() => {
    if (isThere) void loaded(() => import('./acts.ts')).then((them) => (rules = them));
  });
  const hands = $derived.by(() => {
    const { self = null, teams: all = [] } = known.value ?? {};
    return rules?.handsOf(me, self, all, serverClock.now()) ?? null;
  });
  const foot = $derived(ticket && hands ? (rules?.footOf(ticket.state, hands) ?? null) : null);
  const teamChoices = $derived(
    (known.value?.teams ?? []).map(({ key }) => ({ value: key, label: teams.name(key) })),
  );
  const isUnconfirmed = $derived(
    ticket?.waiting.some(({ events }) => events.some(({ name }) => !quiet.includes(name))) === true,
  );
  const standing = $derived.by(() => {
    if (!ticket) return '';
    return isUnconfirmed ? m.ticket_unconfirmed() : whoHas(ticket, { me, name: people.name });
  });

  return {
    get names() {
      return { person: people.name, team: teams.name, site: sites.name };
    },
    /** null = not loaded yet, or this device was not told yet who its person is. */
    get hands() {
      return hands;
    },
    get foot() {
      return foot;
    },
    /** For whoever hands it over. */
    get teamChoices() {
      return teamChoices;
    },
    /** What was done here changes who has it or how it stands, and the server does not know. */
    get isUnconfirmed() {
      return isUnconfirmed;
    },
    /** How it stands, in one line. */
    get standing() {
      return standing;
    },
  };
}
