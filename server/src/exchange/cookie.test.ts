import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Cookie, cookies, heldScopes } from './cookie.ts';

const cookie: Cookie = {
  version: 1,
  person: 'mara',
  epoch: 'one',
  from: 5,
  ver: 9,
  scopes: ['ref', 'user:mara'],
  filling: { scopes: ['team:cold', 'ref'], part: 'open', after: '01' },
  isSnapshot: false,
  missing: [],
};
const { read, write } = cookies('a secret');

test('what was written is read again, by its person only', () => {
  expect(read(write(cookie), 'mara')).toEqual(cookie);
  expect(read(write(cookie), 'otto')).toBeNull();
});

test('of another secret, or none at all, it is nothing', () => {
  expect(cookies('another').read(write(cookie), 'mara')).toBeNull();
  expect(read(null, 'mara')).toBeNull();
});

test('of another version, it is nothing', () => {
  const older: unknown = { ...cookie, version: undefined };
  for (const other of [older, { ...cookie, version: 2 }]) {
    expect(read(write(other as Cookie), 'mara')).toBeNull();
  }
});

test('whatever is changed in it, it is nothing', () => {
  const text = write(cookie);
  const changed = fc.tuple(fc.nat(text.length), fc.nat(3), fc.string({ maxLength: 3 }));
  fc.assert(
    fc.property(changed, ([at, cut, put]) => {
      const other = text.slice(0, at) + put + text.slice(at + cut);
      expect(read(other, 'mara')).toEqual(other === text ? cookie : null);
    }),
  );
});

test('any text is nothing', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => read(text, 'mara') === null));
});

test('a device has something of what it has whole and of what is being sent', () => {
  expect(heldScopes(cookie)).toEqual(['ref', 'team:cold', 'user:mara']);
  expect(heldScopes({ ...cookie, filling: null })).toEqual(cookie.scopes);
});
