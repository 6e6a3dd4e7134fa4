import type { HeldTicket } from '#lib/state/this-device.svelte.ts';

/** Where a report is about. */
export type Place = { readonly site: string; readonly asset: string | null };

/**
 * Of these open tickets those that may be the same, in their order: about the machine, or about its site without naming one
 * (whoever reported it may not have known); without a machine, all of the site.
 */
export function alreadyHere(
  open: readonly HeldTicket[],
  { site, asset }: Place,
): readonly HeldTicket[] {
  return open.filter(({ state }) => {
    if (asset !== null && state.asset !== null) return state.asset === asset;
    return state.site === site;
  });
}
