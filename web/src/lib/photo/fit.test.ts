import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitted, sizeIn } from './fit.ts';

test('a picture that fits stays as it is', () => {
  expect(fitted({ width: 800, height: 600 }, 2560)).toEqual({ width: 800, height: 600 });
});

test('a large one keeps its shape and fits', () => {
  expect(fitted({ width: 4000, height: 3000 }, 2560)).toEqual({ width: 2560, height: 1920 });
  expect(fitted({ width: 3000, height: 4000 }, 160)).toEqual({ width: 120, height: 160 });
});

test('no shape has no pixel or grows', () => {
  const edge = fc.integer({ min: 1, max: 60_000 });
  fc.assert(
    fc.property(edge, edge, edge, (width, height, most) => {
      const small = fitted({ width, height }, most);
      expect(Math.min(small.width, small.height)).toBeGreaterThan(0);
      expect(small.width).toBeLessThanOrEqual(Math.min(width, Math.max(1, most)));
      expect(small.height).toBeLessThanOrEqual(Math.min(height, Math.max(1, most)));
    }),
  );
});

const jpeg = [0xff, 0xd8, 0xff, 0xe1, 0, 4, 1, 2, 0xff, 0xc4, 0, 2, 0xff, 0xc0, 0, 8, 8];

test.each([
  ['a JPEG, behind its other segments', [...jpeg, 0x0b, 0xb8, 0x0f, 0xa0], [4000, 3000]],
  [
    'a PNG',
    [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 1, 2, 3, 4, 0, 0, 1, 0, 0, 0, 0, 9],
    [256, 9],
  ],
])('the head of %s says how large it is', (_, head, [width, height]) => {
  expect(sizeIn(Uint8Array.from(head))).toEqual({ width, height });
});

test.each([
  ['nothing', []],
  ['half a JPEG', jpeg],
  ['something else', [0x52, 0x49, 0x46, 0x46, 1, 2, 3, 4]],
  ['a JPEG that is none', [0xff, 0xd8, 1, 2, 3]],
])('%s says nothing', (_, head) => {
  expect(sizeIn(Uint8Array.from(head))).toBe(null);
});

test('nothing that arrives makes it throw or run for ever', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (head) => void sizeIn(head)));
});
