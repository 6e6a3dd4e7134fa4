import { beforeEach, describe, expect, test } from 'vitest';
import { SearchIndex, type Findable } from './search-index.ts';

let index: SearchIndex;
let made = 0;
const idOf = (n: number): string => `01JD000000000000000000${String(n).padStart(4, '0')}`;

/** Each is newer than the one before. */
function put(title: string, more: Partial<Findable> = {}): string {
  made += 1;
  const id = idOf(made);
  const number = 1000 + made;
  const called = `${number} ${id.slice(-4)}`;
  const rest = { description: '', place: '', who: '', said: '' };
  index.put({ id, number, called, title, ...rest, ...more });
  return id;
}
const ask = (typed: string) => index.ask(typed).map(({ id }) => id);

beforeEach(() => {
  index = new SearchIndex();
  made = 0;
});

describe('a ticket is found', () => {
  test('by its number before anything that only mentions it, with # and without', () => {
    const mentions = put('Pump 1002 leaks, see 1002');
    const is = put('Fan rattles');
    for (const typed of ['1002', '#1002', ' #1002 ']) expect(ask(typed)).toEqual([is, mentions]);
  });

  test('by the beginning of its number, the newest first', () => {
    const [older, newer] = [put('Pump'), put('Fan')];
    expect(ask('100')).toEqual([newer, older]);
  });

  test('by the end of its id, which is its name until it has a number', () => {
    const id = '01JD000000000000000000H3RK';
    put('Pump', { number: null, id, called: ' H3RK' });
    put('Fan');
    for (const typed of ['h3rk', '…H3RK']) expect(ask(typed)).toEqual([id]);
  });

  test('by the beginning of a word', () => {
    const id = put('Compressor cycles');
    expect(ask('compr')).toEqual([id]);
  });

  test('with a slip of the keyboard, but not with one in a short word or a number', () => {
    const id = put('Compressor of hall 2 stands');
    expect(ask('kompressor')).toEqual([id]);
    expect(ask('compresor')).toEqual([id]);
    expect(ask('hxll')).toEqual([id]);
    expect(ask('xf')).toEqual([]);
    expect(ask('1009')).toEqual([]);
  });

  test('without its accents', () => {
    const id = put('Kühlhaustür schließt nicht');
    expect(ask('kuhlhaustur schliesst')).toEqual([id]);
  });

  test('by its place, who has it, what was told and what was said of it', () => {
    const id = put('It stands', {
      place: 'Oven hall, Bakery',
      who: 'Mara',
      description: 'Smells of grease',
      said: 'Ordered a contactor',
    });
    for (const typed of ['oven', 'mara', 'grease', 'contactor', 'contactor a', 'gr'])
      expect(ask(typed)).toEqual([id]);
  });
});

describe('of several', () => {
  test('the one with the word in its title comes first', () => {
    const inTitle = put('Grease in the drain');
    put('It stands', { description: 'Smells of grease' });
    expect(ask('grease')[0]).toBe(inTitle);
  });

  test('that match alike the newest comes first', () => {
    const all = [put('Pump leaks'), put('Pump leaks'), put('Pump leaks')];
    expect(ask('pump')).toEqual(all.toReversed());
  });

  test('only those with all the words are found, unless none has them', () => {
    const both = put('Pump in hall', { place: 'Hall' });
    put('Pump outside');
    const fan = put('Fan stands');
    expect(ask('pump hall')).toEqual([both]);
    expect(new Set(ask('fan outside'))).toEqual(new Set([fan, idOf(2)]));
  });
});

test('what changed is found as it is now, and what was dropped is not', () => {
  const id = put('Pump leaks');
  index.put({
    ...{ id, number: 1001, called: '1001', title: 'Valve sticks' },
    ...{ description: '', place: '', who: '', said: '' },
  });
  expect(ask('pump')).toEqual([]);
  expect(ask('valve')).toEqual([id]);
  index.drop(id);
  expect([ask('valve'), ask('1001'), index.size]).toEqual([[], [], 0]);
});

test('nothing typed finds nothing', () => {
  put('Pump');
  expect([ask(''), ask(' # ')]).toEqual([[], []]);
});
