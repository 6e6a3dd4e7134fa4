/** What a message says. Of no imports: the worker, which is small, reads it too. */

/**
 * `page`: act. `still-on-it`: answer, or others are asked. `taken`, `stood-down`, `moved`, `solved`: your page is over
 * (somebody has it; somebody had it before you were asked; it is another team's; nothing is left to do).
 * `fallback-unproven`: the fallback is asked, and nobody knows whether he can be woken. `pager-works`: a check of this very
 * contact method. `pager-lost`: one takes nothing any more; `pager-silent`: one showed neither of two, pages or checks, in a row.
 * `push-trouble`: a push service refuses us. The rest: know it.
 */
export type Says =
  | 'page'
  | 'still-on-it'
  | 'taken'
  | 'stood-down'
  | 'moved'
  | 'solved'
  | 'joined'
  | 'already-on-it'
  | 'raised'
  | 'proposed'
  | 'released'
  | 'transferred'
  | 'client-wrote'
  | 'fault'
  | 'fallback-unproven'
  | 'pager-works'
  | 'pager-lost'
  | 'pager-silent'
  | 'push-trouble';

/** Messages that take an earlier one back: quiet, shown in its place. */
export const withdrawals: readonly Says[] = ['taken', 'stood-down', 'moved', 'solved'];
