/// <reference lib="esnext.temporal" />
// The world of the domain reckons with it.
import { newWorld } from '@rung/domain/escalation/test-world.ts';
import { pageOf } from '@rung/domain/ticket/ticket.ts';
import { describe, expect, test } from 'vitest';
import type { HeldPage, HeldTicket } from '#lib/local/rows.ts';
import { myPages, ticketsOf, unanswered } from './my-pages.ts';

type Had = { readonly ticket: HeldTicket; readonly page: HeldPage };

/** A ticket about which Mara was paged, as her device holds it after what was done. */
function had(
  id: string,
  { at = 0, severity = 'S1', state = 'received' } = {},
  done: (world: ReturnType<typeof newWorld>) => void = () => {},
): Had {
  const world = newWorld();
  world.report({ severity: severity as 'S1' });
  const page = pageOf(world.ticket(), 'mara')?.id.replace(world.ticket().id, id) ?? '';
  done(world);
  const seq = world.log().length;
  const ticket = { id, number: 1, seq, fold: 1, state: { ...world.ticket(), id }, waiting: [] };
  return {
    ticket: ticket as unknown as HeldTicket,
    page: { id: page, ticket: id, person: 'mara', state, createdAt: at, v: 1, round: 1 },
  };
}
const listed = (...all: readonly Had[]) =>
  myPages(
    'mara',
    all.map(({ page }) => page),
    all.map(({ ticket }) => ticket),
  ).map(({ ticket, kind }) => `${ticket.id} ${kind}`);

describe('my pages', () => {
  test('are those that wait by severity, then the oldest, and after them what is over, the newest first', () => {
    const over = (id: string, at: number) =>
      had(id, { at, state: 'superseded' }, (world) => void world.as('otto').acknowledge());
    const all = [
      over('O1', 1),
      over('O2', 2),
      had('S2', { severity: 'S2', at: 1 }),
      had('B', { at: 5 }),
      had('A', { at: 4 }),
    ];
    const order = ['A page', 'B page', 'S2 page', 'O2 over', 'O1 over'];
    expect(listed(...all)).toEqual(order);
    expect(listed(...all.toReversed())).toEqual(order);
  });

  test('are over when the ticket is, whatever the page says', () => {
    const solved = had('A', {}, (world) => void world.as('otto').resolve());
    expect(listed(solved)).toEqual(['A over']);
  });

  test('of a ticket that is not here any more are not shown', () => {
    const { page } = had('A');
    expect(myPages('mara', [page], [null])).toEqual([]);
    expect(ticketsOf([page, page])).toEqual(['A']);
  });

  test('that were answered here stay until the server said so, and count no more', () => {
    const { ticket, page } = had('A');
    const events = [{ by: 'mara', name: 'acknowledged' }];
    const state = { ...ticket.state, pages: [] };
    const waiting = [{ uid: 'u', mayBeRefused: null, events }];
    const answered = { ...ticket, state, waiting } as unknown as HeldTicket;
    const [mine] = myPages('mara', [page], [answered]);
    expect(mine).toMatchObject({ kind: 'page', isAnswered: true });
    expect(unanswered(myPages('mara', [page], [answered]))).toEqual([]);
    expect(unanswered(myPages('mara', [page], [ticket]))).toHaveLength(1);
  });

  test('wait still while an update of theirs is on this device only: it is no answer', () => {
    const { ticket, page } = had('A');
    const events = [{ by: 'mara', name: 'progressed' }];
    const waiting = [{ uid: 'u', mayBeRefused: null, events }];
    const updated = { ...ticket, waiting } as unknown as HeldTicket;
    const mine = myPages('mara', [page], [updated]);
    expect(mine).toMatchObject([{ kind: 'page', isAnswered: false }]);
    expect(unanswered(mine)).toHaveLength(1);
  });
});
