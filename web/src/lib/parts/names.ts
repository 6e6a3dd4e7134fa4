import type { HeldRef, HeldTicket } from '#lib/state/this-device.svelte.ts';

/** What a row of a list shows of a ticket. */
export type Row = {
  readonly id: string;
  /** null = the server has not given it one yet. */
  readonly number: number | null;
  readonly severity: HeldTicket['state']['severity'];
  readonly title: string;
  readonly reportedAt: number;
  readonly site: { readonly name: string } | null;
  /** Something of it is on this device only. */
  readonly isWaiting?: boolean;
};

/** Names of what the device knows of the directory; of what it does not, the key. */
export function namesOf(refs: readonly HeldRef[] = []) {
  const names = new Map(refs.map(({ key, item }) => [key, String(item['name'] ?? key)]));
  const name = (key: string): string => names.get(key) ?? key;
  return {
    name,
    row({ id, number, state, waiting }: HeldTicket): { ticket: Row } {
      const { severity, title, reportedAt, site } = state;
      const where = site === null ? null : { name: name(site) };
      const isWaiting = waiting.length > 0;
      return { ticket: { id, number, severity, title, reportedAt, site: where, isWaiting } };
    },
  };
}

/** What people call a ticket by: its number, and until it has one the end of its id, which stays searchable. */
export function callName({ id, number }: { readonly id: string; readonly number: number | null }) {
  return number === null ? `…${id.slice(-4)}` : `#${number}`;
}
