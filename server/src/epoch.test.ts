import { expect, test } from 'vitest';
import { isAnother } from './epoch.ts';

const before = { epoch: 'one', ver: 20 };

test.for([
  ['sqlite', { epoch: 'one', ver: 20 }, false],
  ['sqlite', { epoch: 'one', ver: 21 }, false],
  ['sqlite', { epoch: 'one', ver: 19 }, true],
  ['sqlite', { epoch: 'two', ver: 21 }, true],
  ['postgres', { epoch: 'one', ver: 21 }, false],
  ['postgres', { epoch: 'one', ver: 19 }, true],
  // A process beside this one has seen to it.
  ['postgres', { epoch: 'two', ver: 19 }, false],
] as const)('on %s, with %o, it is another database: %s', ([dialect, head, expected]) => {
  expect(isAnother(before, head, dialect)).toBe(expected);
});
