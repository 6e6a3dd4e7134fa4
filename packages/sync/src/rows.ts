/**
 * What an answer does to one row that a device holds. Pure: each function answers what is to be done, the caller does it.
 *
 * 1. An older version never goes over a newer one, except in a snapshot: its epoch may be another.
 * 2. A row that no scope of the device holds is gone.
 */

/** What the rules read of a row. `round`: the snapshot, or what came after it, that put it here. */
export type Kept = {
  readonly scopes: readonly string[];
  readonly v: number;
  readonly round: number;
};

/** An exchange of which a row is part. */
export type Current = { readonly mode: 'delta' | 'snapshot'; readonly round: number };

/** What a `put` of version `v` does. `older`: what is here is newer and stays as it is. */
export function put(held: Kept | undefined, v: number, current: Current): 'written' | 'older' {
  if (held === undefined || held.v <= v) return 'written';
  return current.mode === 'snapshot' && held.round < current.round ? 'written' : 'older';
}

export type AfterLeaving =
  | { readonly kind: 'kept'; readonly scopes: readonly string[] }
  /** No scope holds it any more: it goes, children and all. */
  | { readonly kind: 'gone' }
  /** It came back since: the mark is stale. */
  | { readonly kind: 'newer' }
  | { readonly kind: 'absent' };

/** What it does that the row left these scopes at version `v`. */
export function del(held: Kept | undefined, left: readonly string[], v: number): AfterLeaving {
  if (held === undefined) return { kind: 'absent' };
  return held.v > v ? { kind: 'newer' } : without(held, left);
}

/** What it does to a row that the device lost these scopes, whatever its version. */
export function scopesLost(held: Kept, lost: readonly string[]): AfterLeaving {
  return without(held, lost);
}

function without({ scopes }: Kept, left: readonly string[]): AfterLeaving {
  const rest = scopes.filter((scope) => !left.includes(scope));
  return rest.length === 0 ? { kind: 'gone' } : { kind: 'kept', scopes: rest };
}

/** Whether a row is to go at the end of a snapshot: it was not sent again. */
export function isStale({ round }: Pick<Kept, 'round'>, current: number): boolean {
  return round < current;
}
