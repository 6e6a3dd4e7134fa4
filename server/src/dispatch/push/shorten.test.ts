import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesOf, shorten } from './shorten.ts';

const enough = { signs: 100, bytes: 1000 };
const family = '👩‍👩‍👧‍👦';

test('what fits stays as it is', () => {
  expect(shorten('Kühlhaus 4', enough)).toBe('Kühlhaus 4');
  expect(shorten('Kühlhaus 4', { signs: 10, bytes: 11 })).toBe('Kühlhaus 4');
  expect(shorten('', enough)).toBe('');
});

test.each([
  ['Kühlhaus 4', { signs: 9, bytes: 1000 }, 'Kühlhaus…'],
  ['Kühlhaus 4', { signs: 5, bytes: 1000 }, 'Kühl…'],
  ['Kühlhaus 4', { signs: 100, bytes: 6 }, 'Kü…'],
  ['Kühlhaus 4', { signs: 100, bytes: 5 }, 'K…'],
  [family.repeat(4), { signs: 3, bytes: 1000 }, `${family}${family}…`],
  [family.repeat(4), { signs: 100, bytes: 30 }, `${family}…`],
  ['Z̸͔͑a̴̞͋l̵̰̈', { signs: 2, bytes: 1000 }, 'Z̸͔͑…'],
  ['say "no"', { signs: 100, bytes: 9 }, 'say "…'],
])('"%s" is cut at %o', (text, limits, short) => expect(shorten(text, limits)).toBe(short));

test('it stands on one line, and turns nothing that follows it', () => {
  expect(shorten(' Cold\r\n\tstore\u202E 4\u0000 ', enough)).toBe('Cold store 4');
});

test('it never takes more than it may', () => {
  const signs = fc.array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 60 });
  const text = signs.map((points) => String.fromCodePoint(...points));
  const limit = { signs: fc.nat(50), bytes: fc.integer({ min: 3, max: 100 }) };
  fc.assert(
    fc.property(text, fc.record(limit), (long, limits) => {
      expect(bytesOf(shorten(long, limits))).toBeLessThanOrEqual(limits.bytes);
    }),
  );
});
