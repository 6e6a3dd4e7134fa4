import { isAnswer } from './answers.ts';
import type { Pending } from './outbox.ts';

/** Answers that may go by the door of their page, because nothing is known of them yet, and that page. */
export function toPages(
  outbox: readonly Pending[],
): readonly { readonly pending: Pending; readonly page: string }[] {
  return outbox.flatMap((pending) => {
    const { command, isWithdrawn, answered, isRepeat } = pending;
    if (!isAnswer(command) || isWithdrawn || answered || isRepeat) return [];
    const page = command.name === 'decline' ? command.args.page : pending.page;
    return page === undefined ? [] : [{ pending, page }];
  });
}
