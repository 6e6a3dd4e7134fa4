import { expect, test } from 'vitest';
import { answersFirst } from './answers.ts';
import type { Pending } from './outbox.ts';

const ticketOf = (n: number): string => `01JD000000000000000000000${n}`;
const uidOf = (id: number): string => `01JD00000000000000000000${String(id).padStart(2, '0')}`;

function close(id: number, ticket = ticketOf(1)): Pending {
  const command = { name: 'close', args: { ticket } } as const;
  const uid = uidOf(id);
  return { id, uid, ticket, at: id, offset: null, command, mayBeRefused: null, isRepeat: false };
}

const answer = (id: number, ticket = ticketOf(1)): Pending => ({
  ...close(id, ticket),
  command: { name: 'decline', args: { ticket, page: `p-${id}` } },
});

const order = (outbox: readonly Pending[]) => outbox.map(({ id, uid }) => [id, uid]);

test('answers to pages go in front of all that is not about their ticket, and all counts from 1 again', () => {
  const first = answersFirst([
    close(1),
    answer(2),
    close(3, ticketOf(2)),
    answer(4, ticketOf(3)),
    answer(5, ticketOf(3)),
    answer(6, ticketOf(2)),
  ]);
  expect(first.answers).toBe(2);
  expect(order(first.outbox)).toEqual([
    [1, uidOf(4)],
    [2, uidOf(5)],
    [3, uidOf(1)],
    [4, uidOf(2)],
    [5, uidOf(3)],
    [6, uidOf(6)],
  ]);
  expect(answersFirst(first.outbox)).toEqual(first);
  expect(answersFirst([])).toEqual({ outbox: [], answers: 0 });
});

test('what may have been sent already keeps its id', () => {
  const outbox = [answer(3), close(4), answer(5, ticketOf(2))];
  expect(answersFirst(outbox)).toEqual({ outbox, answers: 1 });
});
