import { demoParts } from '@rung/protocol/demo.ts';
import { expect, test } from 'vitest';
import { homeOf } from './demo-home.ts';

test.each(demoParts)('%s begins where he works', (part) => {
  const staff = part === 'dispatcher' ? ['/queue', '/'] : ['/', '/'];
  expect([homeOf(part, true), homeOf(part, false)]).toEqual(
    part === 'client' ? ['/portal', '/portal'] : staff,
  );
});
