import { expect, test } from 'vitest';
import { isDelivering, mayBeAnswered, type PageState } from './page-state.ts';

const table: Readonly<Record<PageState, readonly [isDelivering: boolean, mayBeAnswered: boolean]>> =
  {
    pending: [true, true],
    notifying: [true, true],
    unreachable: [true, true],
    received: [false, true],
    seen: [false, true],
    acked: [false, false],
    declined: [false, false],
    superseded: [false, false],
  };

test.each(Object.entries(table) as readonly [PageState, readonly boolean[]][])(
  'whether a page is on its way, and whether it may be answered: %s',
  (state, said) => expect([isDelivering(state), mayBeAnswered(state)]).toEqual(said),
);
