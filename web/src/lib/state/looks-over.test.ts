import { expect, test } from 'vitest';
import { looksOver } from './looks-over.ts';
import type { HeldRef } from './this-device.svelte.ts';

test('whoever looks over the work of others has a queue: by role, or as a lead', () => {
  const team = { kind: 'team', key: 'cold', item: { lead: 'lena' } } as unknown as HeldRef;
  expect(looksOver('dora', ['dispatcher'], [])).toBe(true);
  expect(looksOver('ada', ['admin', 'staff'], [])).toBe(true);
  expect(looksOver('lena', ['staff'], [team])).toBe(true);
  expect(looksOver('mara', ['staff'], [team])).toBe(false);
});
