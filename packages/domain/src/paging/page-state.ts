/**
 * How a page stands. `pending`, `notifying` (a contact method has taken it), `received` (shown somewhere) and `seen` (its
 * person opened it) are what delivery says; the rest is what its person, the run or a look at all his contact methods said.
 */
export type PageState =
  | 'pending'
  | 'notifying'
  | 'received'
  | 'seen'
  | 'acked'
  | 'declined'
  | 'superseded'
  | 'unreachable';

/** Whether it is yet to get to its person: nobody showed it, and it is not over. One that was given up still may. */
export function isDelivering(state: PageState): boolean {
  return state === 'pending' || state === 'notifying' || state === 'unreachable';
}

/** Whether its person may answer it: nobody has, and no rule ended it. */
export function mayBeAnswered(state: PageState): boolean {
  return isDelivering(state) || state === 'received' || state === 'seen';
}
