/// <reference lib="esnext.temporal" />
// The world of the domain reckons with it.
import { newWorld, minute, type World } from '@rung/domain/escalation/test-world.ts';
import { foldVersion, pageOf } from '@rung/domain/ticket/ticket.ts';
import { describe, expect, test } from 'vitest';
import type { Entry, HeldTicket } from '#lib/local/rows.ts';
import type { LiveNotice } from '#lib/sync/live-address.ts';
import { liveStanding, mayRing, newestGiven, type Given } from './live-standing.ts';

const at = 1000;
const waiting: Given = { uid: 'u', says: 'acknowledge', at, ruling: null, isIn: false };
const ruled = (code: string, more: Partial<Given> = {}): Given => ({
  ...waiting,
  ruling: { outcome: 'applied', code },
  ...more,
});

/** The ticket as a device holds it that has heard everything. */
function heldOf(world: World): HeldTicket {
  const state = world.ticket();
  const about = { id: state.id, number: 7, seq: world.log().length, fold: foldVersion };
  return { ...about, state, waiting: [], v: 1, round: 1, scopes: [] } as unknown as HeldTicket;
}

function noticeOf(world: World, person: string): LiveNotice {
  const { id, generation, severity } = world.ticket();
  const page = pageOf(world.ticket(), person)?.id ?? '';
  const shown = { notification: null, title: 'S1 · Pump', body: '', isLoud: true };
  return { ticket: id, page, person, seen: { generation, severity }, ...shown };
}

/** Mara is on call and was paged. */
function paged(): World {
  const world = newWorld();
  world.report({ severity: 'S1' });
  expect(pageOf(world.ticket(), 'mara')).not.toBeNull();
  return world;
}

describe('a page on the live screen', () => {
  test('waits, by the rows, with what they show', () => {
    const world = paged();
    expect(liveStanding('mara', heldOf(world), null, null)).toEqual({
      kind: 'waits',
      page: pageOf(world.ticket(), 'mara')?.id,
      seen: { generation: 1, severity: 'S1' },
      isAsked: false,
      late: null,
    });
  });

  test('waits, by its notification alone, while there is no row', () => {
    const notice = noticeOf(paged(), 'mara');
    const waits = { kind: 'waits', page: notice.page, seen: notice.seen };
    expect(liveStanding('mara', null, notice, null)).toMatchObject(waits);
    expect(liveStanding('mara', null, null, null)).toEqual({ kind: 'unknown' });
    // Nobody answers the page of somebody else.
    expect(liveStanding('otto', null, notice, null)).toEqual({ kind: 'unknown' });
  });

  test('is judged by the rows as soon as they are no older than the notification', () => {
    const world = paged();
    const notice = noticeOf(world, 'mara');
    const before = { ...heldOf(world), seq: 1 };
    expect(liveStanding('mara', before, notice, null)).toMatchObject({ page: notice.page });
    world.as('otto').acknowledge();
    const after = liveStanding('mara', heldOf(world), notice, null);
    expect(after).toEqual({ kind: 'theirs', owner: 'otto' });
  });

  test('that was answered here is not said to be his before the server said so', () => {
    const world = paged();
    const notice = noticeOf(world, 'mara');
    const answered = { kind: 'answered', given: waiting };
    expect(liveStanding('mara', null, notice, waiting)).toEqual(answered);
    world.as('mara').acknowledge();
    expect(liveStanding('mara', heldOf(world), notice, waiting)).toEqual(answered);
  });

  test.each([
    ['acked', { kind: 'yours', isShared: false }],
    ['joined', { kind: 'yours', isShared: true }],
    ['ended', { kind: 'over' }],
  ])('that the door took as %s is %o, though no row came', (code, standing) => {
    const notice = noticeOf(paged(), 'mara');
    expect(liveStanding('mara', null, notice, ruled(code))).toEqual(standing);
    expect(liveStanding('mara', heldOf(paged()), notice, ruled(code))).toEqual(standing);
    // Settled, and still there is no row of it.
    expect(liveStanding('mara', null, notice, ruled(code, { isIn: true }))).toEqual(standing);
  });

  test.each(['stale', 'raised', 'expired'])(
    'that the server noted as %s waits again, and says why',
    (code) => {
      const world = paged();
      for (const given of [ruled(code), ruled(code, { isIn: true })]) {
        const standing = liveStanding('mara', heldOf(world), null, given);
        expect(standing).toMatchObject({ kind: 'waits', late: code });
      }
    },
  );

  test('that the server refused says so', () => {
    const refused: Given = { ...waiting, ruling: { outcome: 'rejected', code: 'not-your-page' } };
    const standing = liveStanding('mara', heldOf(paged()), null, refused);
    expect(standing).toEqual({ kind: 'refused', code: 'not-your-page' });
  });

  test('goes through its states as the server says', () => {
    const world = paged();
    world.as('mara').acknowledge();
    const yours = { kind: 'yours', isShared: false };
    expect(liveStanding('mara', heldOf(world), null, null)).toEqual(yours);
    expect(liveStanding('otto', heldOf(world), null, null)).toMatchObject({ kind: 'theirs' });
    world.as('mara').release();
    expect(liveStanding('mara', heldOf(world), null, null)).toMatchObject({ kind: 'waits' });
    world.as('mara').resolve();
    expect(liveStanding('otto', heldOf(world), null, null)).toEqual({ kind: 'over' });
  });

  test('that he declined asks him no more', () => {
    const world = paged();
    world.as('mara').decline();
    expect(liveStanding('mara', heldOf(world), null, null)).toEqual({ kind: 'declined' });
    const said: Given = ruled('declined', { says: 'decline' });
    expect(liveStanding('mara', null, null, said)).toEqual({ kind: 'declined' });
  });

  test('may be taken by whoever was not paged', () => {
    const standing = liveStanding('otto', heldOf(paged()), null, null);
    expect(standing).toMatchObject({ kind: 'waits', page: null });
  });
});

test('a page rings unless the event that made it says no', () => {
  const world = paged();
  const entries = world.log().map((event): Entry => ({ event, isWaiting: false }));
  const page = pageOf(world.ticket(), 'mara')?.id ?? '';
  const fired = entries.find(({ event }) => event.name === 'rung-fired')?.event;
  const isLoud = fired?.name === 'rung-fired' && fired.args.pages[0]?.isLoud;
  expect(mayRing(entries, page)).toBe(isLoud);
  expect(mayRing([], page)).toBeNull();
  expect(mayRing(entries, `${world.ticket().id}.1.1`)).toBeNull();
});

test('of two answers the newer counts, and of one the fuller', () => {
  const later = { ...waiting, at: at + minute };
  expect(newestGiven(waiting, later)).toBe(later);
  expect(newestGiven(ruled('acked', { at: at + 1 }), waiting)?.ruling?.code).toBe('acked');
  expect(newestGiven(waiting, ruled('joined'))).toMatchObject({
    uid: 'u',
    ruling: { code: 'joined' },
  });
  expect(newestGiven(null, null)).toBeNull();
});
