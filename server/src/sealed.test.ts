import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressOf, openSealer } from './sealed.ts';

const secret = 'for tests only, never for real ones';
const place = addressOf('phone');

test('what was sealed comes back whole, also from another process with the same secret', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(openSealer(secret).unseal(openSealer(secret).seal(text, place), place)).toBe(text);
    }),
  );
});

test('with another secret nothing comes back', () => {
  const sealed = openSealer(secret).seal('canary', place);
  expect(openSealer(`${secret}.`).unseal(sealed, place)).toBeNull();
});

test('in another place nothing comes back', () => {
  const { seal, unseal } = openSealer(secret);
  const sealed = seal('canary', place);
  for (const other of ['push_key', addressOf('tablet'), addressOf('')] as const) {
    expect(unseal(sealed, other)).toBeNull();
  }
  expect(unseal(sealed, place)).toBe('canary');
});

test('the same text is never sealed into the same, and does not show', () => {
  const { seal } = openSealer(secret);
  const [one, other] = [seal('canary', place), seal('canary', place)];
  expect(one).not.toBe(other);
  expect(`${one}${Buffer.from(one.slice(3), 'base64url').toString('latin1')}`).not.toContain(
    'canary',
  );
});

test('a bit that was changed anywhere is noticed', () => {
  const { seal, unseal } = openSealer(secret);
  const sealed = Buffer.from(seal('canary', place).slice(3), 'base64url');
  fc.assert(
    fc.property(fc.nat(sealed.length * 8 - 1), (bit) => {
      const changed = Buffer.from(sealed);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(unseal(`a1.${changed.toString('base64url')}`, place)).toBeNull();
    }),
  );
});

test.each(['', 'a1.', 'a1.AAAA', 'a2.AAAA', '{"endpoint":"https://x"}', `a1.${'A'.repeat(38)}`])(
  'what was never sealed comes back as nothing: %j',
  (text) => {
    expect(openSealer(secret).unseal(text, place)).toBeNull();
  },
);
