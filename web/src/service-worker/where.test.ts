import { describe, expect, test } from 'vitest';
import { readLive } from '../lib/sync/live-address.ts';
import type { NoticeData } from './notice.ts';
import { isLiveOf, whereTo, type Tapped } from './where.ts';

const ticket = '01JD0000000000000000000001';
const data: NoticeData = {
  navigate: `https://rung.test/live/${ticket}`,
  title: 'S1 · Cold store 4 · ack by 03:07',
  body: '#7 · nobody has it yet',
  id: `${ticket}.2.1/1`,
  says: 'page',
  person: 'mara',
  name: 'Mara',
  ticket,
  page: `${ticket}.2.1`,
  seen: { generation: 1, severity: 'S1' },
  at: 1000,
};
const tapped = (more: Partial<NoticeData> = {}, shown: Partial<Tapped> = {}): Tapped => ({
  title: 'S1 · Cold store 4 · ack by 03:07',
  body: '#7 · nobody has it yet',
  silent: false,
  data: { ...data, ...more },
  ...shown,
});
const saidBy = (one: Tapped) => readLive(ticket, new URL(whereTo(one), 'https://rung.test').hash);

describe('a tap on a page', () => {
  test('leads to the live screen, with what the notification showed', () => {
    expect(saidBy(tapped())).toEqual({
      ticket,
      page: data.page,
      person: 'mara',
      seen: data.seen,
      notification: data.id,
      title: 'S1 · Cold store 4 · ack by 03:07',
      body: '#7 · nobody has it yet',
      isLoud: true,
    });
    expect(saidBy(tapped({ says: 'still-on-it' }, { silent: true }))?.isLoud).toBe(false);
  });

  test('takes along nothing of what its person hides', () => {
    const hidden = { title: 'New page', body: 'Open Rung to see what it is about.' };
    const address = decodeURIComponent(whereTo(tapped({}, hidden)));
    expect(address).toContain('New+page');
    expect(address).not.toContain('Cold');
  });

  test('whose answer is not sent leads there too, without its words', () => {
    const unsent = tapped({ isUnsent: true, uid: 'u' }, { title: 'Not sent yet' });
    expect(saidBy(unsent)).toMatchObject({ page: data.page, title: '', body: '' });
    const stale = tapped({ isOver: true, isUnsent: false }, { title: 'Noted' });
    expect(saidBy(stale)).toMatchObject({ page: data.page, title: '' });
  });

  test('that is over and says so quietly leads to the ticket', () => {
    expect(whereTo(tapped({ isOver: true }, { silent: true }))).toBe(`/tickets/${ticket}`);
  });
});

describe('a tap on anything else', () => {
  test.each([
    ['news', tapped({ says: 'raised', seen: null }), data.navigate],
    ['what could not be read', tapped({}, { data: { navigate: '/' } }), '/'],
    ['one without anything', tapped({}, { data: null }), '/'],
  ])('of %s leads where it says', (_, one, to) => {
    expect(whereTo(one)).toBe(to);
  });
});

test('the live screen of a ticket is known by its address', () => {
  expect(isLiveOf(ticket, `https://rung.test/live/${ticket}#page=2.1`)).toBe(true);
  expect(isLiveOf(ticket, `https://rung.test/tickets/${ticket}`)).toBe(false);
  expect(isLiveOf(null, 'https://rung.test/live/null')).toBe(false);
});
