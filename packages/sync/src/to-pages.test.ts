import { expect, test } from 'vitest';
import type { Pending } from './outbox.ts';
import { toPages } from './to-pages.ts';

const ticket = '01JD0000000000000000000001';

const answer = (id: number): Pending => ({
  ...{ id, uid: `uid-${id}`, ticket, at: id, offset: null, mayBeRefused: null, isRepeat: false },
  command: { name: 'decline', args: { ticket, page: `p-${id}` } },
});

test('an answer goes by its page’s door as long as nothing is known of it', () => {
  const acknowledge: Pending = {
    ...answer(2),
    page: 'p-9',
    command: {
      name: 'acknowledge',
      args: { ticket, seen: { generation: 1, severity: 'S2' } },
    },
  };
  const { page, ...pageless } = acknowledge;
  const outbox: readonly Pending[] = [
    { ...answer(1), command: { name: 'close', args: { ticket } } },
    acknowledge,
    answer(3),
    pageless,
    { ...answer(4), isWithdrawn: true },
    { ...answer(5), isRepeat: true },
    { ...answer(6), answered: { outcome: 'applied', code: null } },
  ];
  expect(toPages(outbox).map(({ pending, page: of }) => [pending.id, of])).toEqual([
    [2, page],
    [3, 'p-3'],
  ]);
});
