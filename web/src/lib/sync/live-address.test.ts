import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { liveAddress, readLive, seqOfPage, type LiveNotice } from './live-address.ts';

const ticket = '01KAHJ3ZZZZZZZZZZZZZZZZZZ9';
const notice: LiveNotice = {
  ticket,
  page: `${ticket}.7.2`,
  person: 'mara',
  seen: { generation: 3, severity: 'S1' },
  notification: `${ticket}.7.2/1`,
  title: 'S1 · Cold store 4 & 5 #2 · ack by 03:07',
  body: '#4182 · nobody has it yet',
  isLoud: true,
};
const hashOf = (address: string): string => new URL(address, 'https://rung.test').hash;

describe('the address of a live screen', () => {
  test('says what the notification said', () => {
    const address = liveAddress(notice);
    expect(new URL(address, 'https://rung.test').pathname).toBe(`/live/${ticket}`);
    expect(readLive(ticket, hashOf(address))).toEqual(notice);
    const quiet = { ...notice, isLoud: false, notification: null };
    expect(readLive(ticket, hashOf(liveAddress(quiet)))).toEqual(quiet);
  });

  test('keeps any title as it is, up to 200 signs', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (title) => {
        // A lone surrogate is no text: it does not come back.
        fc.pre(!/\p{Surrogate}/u.test(title));
        expect(readLive(ticket, hashOf(liveAddress({ ...notice, title })))?.title).toBe(title);
      }),
    );
    const long = liveAddress({ ...notice, title: 'x'.repeat(5000) });
    expect(readLive(ticket, hashOf(long))?.title).toHaveLength(200);
  });

  test.each([
    ['nothing', ''],
    ['no page', '#person=mara&seen=1.S1'],
    ['a page of another ticket', '#page=01KAHJ3ZZZZZZZZZZZZZZZZZZ8.7.2&person=mara&seen=1.S1'],
    ['a place that is none', '#page=7.0&person=mara&seen=1.S1'],
    ['no person', '#page=7.2&seen=1.S1'],
    ['a person that is no key', '#page=7.2&person=%3Cb%3E&seen=1.S1'],
    ['a severity that is none', '#page=7.2&person=mara&seen=1.S9'],
    ['a generation that is none', '#page=7.2&person=mara&seen=-1.S1'],
    ['a generation that nothing reaches', '#page=7.2&person=mara&seen=9999999.S1'],
  ])('says nothing where somebody wrote %s', (_, hash) => {
    expect(readLive(ticket, hash)).toBeNull();
  });

  test('is read without a notification whose id is none', () => {
    const read = readLive(ticket, '#page=7.2&person=mara&seen=1.S1&id=..%2F..%2Fevil');
    expect(read).toMatchObject({ notification: null, title: '', body: '' });
  });

  test('is never read wrongly, whatever stands there', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (name, hash) => {
        const read = readLive(name, hash);
        if (read !== null) expect(read.page.startsWith(`${name}.`)).toBe(true);
      }),
    );
  });
});

test('a page tells which event made it', () => {
  expect([notice.page, ticket, 'x.y.z'].map(seqOfPage)).toEqual([7, 0, 0]);
});
