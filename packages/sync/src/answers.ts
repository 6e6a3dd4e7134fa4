import { renumber, type Pending } from './outbox.ts';

/** Whether it answers a page: somebody is woken for it, and others are while it does not arrive. */
export function isAnswer({ name }: Pending['command']): boolean {
  return name === 'acknowledge' || name === 'decline';
}

/**
 * The outbox with the answers in front, as far as nothing else was done to their ticket before: so many of it are
 * `answers`. Ids once sent stay with their commands: a device that has counted beyond 1 may have sent any of it, and
 * only the answers that stand in front already count.
 */
export function answersFirst(outbox: readonly Pending[]): {
  readonly outbox: readonly Pending[];
  readonly answers: number;
} {
  const isNew = outbox[0]?.id === 1;
  const touched = new Set<string>();
  const answers: Pending[] = [];
  const rest: Pending[] = [];
  for (const pending of outbox) {
    const mayGo = isNew ? !touched.has(pending.ticket) : rest.length === 0;
    if (isAnswer(pending.command) && mayGo) answers.push(pending);
    else {
      rest.push(pending);
      touched.add(pending.ticket);
    }
  }
  return { outbox: renumber([...answers, ...rest], outbox[0]?.id), answers: answers.length };
}
