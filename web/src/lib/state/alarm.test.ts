import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { afterAlarm, quiet, type Alarm, type AlarmEvent } from './alarm.ts';

const due = (page = 'a'): AlarmEvent => ({ kind: 'due', page });
const after = (...events: readonly (AlarmEvent | Exclude<AlarmEvent['kind'], 'due'>)[]): Alarm =>
  events
    .map((event) => (typeof event === 'string' ? { kind: event } : event))
    .reduce(afterAlarm, quiet);
const someEvent: fc.Arbitrary<AlarmEvent> = fc.oneof(
  fc.constantFrom('a', 'b').map((page) => due(page)),
  fc
    .constantFrom('over', 'silence', 'sound', 'blocked', 'allowed')
    .map((kind) => ({ kind }) as AlarmEvent),
);

describe('the alarm of a live screen', () => {
  test('rings while a page waits, and is quiet before', () => {
    expect(quiet.kind).toBe('quiet');
    expect(after(due()).kind).toBe('ringing');
    expect(after('allowed').kind).toBe('quiet');
    expect(after('sound').kind).toBe('quiet');
  });

  test('is over at once, whatever it was', () => {
    fc.assert(
      fc.property(fc.array(someEvent), (events) => {
        expect(after(...events, 'over')).toEqual(quiet);
      }),
    );
  });

  test('stays silenced for the page it was silenced for, and rings for the next', () => {
    expect(after(due(), 'silence').kind).toBe('silenced');
    expect(after(due(), 'silence', due(), 'allowed', 'blocked').kind).toBe('silenced');
    expect(after(due(), 'silence', due('b')).kind).toBe('ringing');
    expect(after(due(), 'silence', 'sound').kind).toBe('ringing');
  });

  test('says that it is blocked until the browser plays, also for a page that comes meanwhile', () => {
    expect(after(due(), 'blocked').kind).toBe('blocked');
    expect(after(due(), 'blocked', due('b')).kind).toBe('blocked');
    expect(after(due(), 'blocked', 'allowed').kind).toBe('ringing');
    expect(after(due(), 'blocked', 'silence').kind).toBe('silenced');
  });

  test('knows its page exactly while it is not quiet', () => {
    fc.assert(
      fc.property(fc.array(someEvent), (events) => {
        const { kind, page } = after(...events);
        expect(page === null).toBe(kind === 'quiet');
      }),
    );
  });
});
