import { expect, test } from 'vitest';
import type { Cookie } from './cookie.ts';
import { startOf } from './start.ts';

const head = { ver: 20, epoch: 'one', floor: 4 };
const scopes = ['ref', 'team:cold', 'user:mara'];
const cookie: Cookie = {
  version: 1,
  person: 'mara',
  epoch: 'one',
  from: 5,
  ver: 9,
  scopes,
  filling: null,
  isSnapshot: false,
  missing: [],
};
const start = (change: Partial<Cookie>, now = scopes) =>
  startOf('mara', { ...cookie, ...change }, head, now);

test('a cookie of this database goes on from where it ended', () => {
  expect(start({})).toEqual({ state: cookie, mode: 'delta', isResumed: false, add: [], del: [] });
});

test.for([
  ['none', null],
  ['one of another epoch', { ...cookie, epoch: 'two' }],
  ['one of a version that was not reached yet', { ...cookie, ver: 21 }],
  ['one that is older than the marks', { ...cookie, from: 3 }],
] as const)('%s: everything anew, in one round', ([, given]) => {
  const begun = startOf('mara', given, head, scopes);
  expect(begun).toMatchObject({ mode: 'snapshot', isResumed: false, add: scopes, del: [] });
  expect(begun.state).toEqual({
    version: 1,
    person: 'mara',
    epoch: 'one',
    from: 20,
    ver: 20,
    scopes: [],
    filling: { scopes, part: 'ref', after: '' },
    isSnapshot: true,
    missing: [],
  });
});

test('as old as the newest mark that was forgotten is new enough: it had that', () => {
  expect(start({ from: 4 })).toMatchObject({ mode: 'delta' });
});

test('scopes that came and went are told, those that were half sent among them', () => {
  const filling = { scopes: ['team:air', 'team:cold'], part: 'open', after: '01' } as const;
  const begun = start({ scopes: ['all', 'ref'], filling });
  expect(begun).toMatchObject({ add: ['user:mara'], del: ['all', 'team:air'] });
  expect(begun.state).toMatchObject({
    scopes: ['ref'],
    filling: { scopes: ['team:cold'], part: 'open', after: '01' },
  });
});

test('what was half sent and is gone needs no more', () => {
  const filling = { scopes: ['team:air'], part: 'open', after: '01' } as const;
  expect(start({ filling }).state.filling).toBeNull();
});

test('a snapshot goes on as one until its end, also when nothing of it is left to send', () => {
  const filling = { scopes: ['team:air'], part: 'open', after: '01' } as const;
  for (const left of [null, filling]) {
    const begun = start({ isSnapshot: true, filling: left });
    expect(begun).toMatchObject({ mode: 'snapshot', isResumed: true, state: { filling: null } });
  }
});
