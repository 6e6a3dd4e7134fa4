import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { weekdays, type Rotation, type Schedule } from '../directory/directory.ts';
import { nextShift, onCall, shifts } from './on-call.ts';
import { turnsOf } from './rotation.ts';

const hourMs = 3_600_000;
const weekMs = 7 * 24 * hourMs;

function layer(from: string, at: string, ...people: string[]): Rotation {
  const day = weekdays[Temporal.PlainDate.from(from).dayOfWeek - 1]!;
  return { every: 'week', handover: { day, at }, from, people };
}

function schedule(zone: string, ...layers: Rotation[]): Schedule {
  return { name: 'Cold store', zone, layers };
}

function at(moment: string): number {
  return Date.parse(moment);
}

/** Shifts as people read them: person and UTC times to the minute. */
function told(found: readonly { from: number; to: number; person: string }[]): string[] {
  const text = (moment: number) => new Date(moment).toISOString().slice(0, 16);
  return found.map(({ from, to, person }) => `${person} ${text(from)} ${text(to)}`);
}

describe('turns', () => {
  const three = layer('2026-03-23', '08:00', 'mara', 'ada', 'ben');

  test('go round, a week each, at the same local time in summer and winter', () => {
    const found = turnsOf(three, 'Europe/Berlin', at('2026-03-25T00:00Z'), at('2026-04-15T00:00Z'));
    expect(told(found)).toEqual([
      'mara 2026-03-23T07:00 2026-03-30T06:00',
      'ada 2026-03-30T06:00 2026-04-06T06:00',
      'ben 2026-04-06T06:00 2026-04-13T06:00',
      'mara 2026-04-13T06:00 2026-04-20T06:00',
    ]);
  });

  test('that only touch the time asked for are not in it', () => {
    const found = turnsOf(three, 'Europe/Berlin', at('2026-03-30T06:00Z'), at('2026-04-06T06:00Z'));
    expect(told(found)).toEqual(['ada 2026-03-30T06:00 2026-04-06T06:00']);
  });

  test('of one who follows himself are one', () => {
    const twice = layer('2026-01-05', '08:00', 'mara', 'mara', 'ada');
    const found = turnsOf(twice, 'Asia/Kolkata', at('2026-01-05T02:30Z'), at('2026-01-26T02:30Z'));
    expect(told(found)).toEqual([
      'mara 2026-01-05T02:30 2026-01-19T02:30',
      'ada 2026-01-19T02:30 2026-01-26T02:30',
    ]);
  });

  test.each([
    ['before the layer begins', three, '2026-01-01T00:00Z', '2026-03-23T07:00Z'],
    ['in no time', three, '2026-04-15T00:00Z', '2026-04-15T00:00Z'],
    ['of nobody', layer('2026-03-23', '08:00'), '2026-04-15T00:00Z', '2026-04-16T00:00Z'],
  ])('there are none %s', (_, rotation, from, to) => {
    expect(turnsOf(rotation, 'Europe/Berlin', at(from), at(to))).toEqual([]);
  });

  test.each([
    [
      'at the first of a time that comes twice',
      'Europe/Berlin',
      '2026-10-18',
      '02:30',
      '2026-10-25T00:30Z',
    ],
    [
      'at the next moment after a skipped time',
      'Europe/Berlin',
      '2026-03-22',
      '02:30',
      '2026-03-29T01:00Z',
    ],
    [
      'at the next moment after a skipped midnight',
      'Asia/Beirut',
      '2026-03-22',
      '00:00',
      '2026-03-28T22:00Z',
    ],
    ['at the first of two midnights', 'America/Havana', '2026-10-25', '00:00', '2026-11-01T04:00Z'],
    [
      'when half an hour is skipped',
      'Australia/Lord_Howe',
      '2026-09-27',
      '02:10',
      '2026-10-03T15:30Z',
    ],
  ])('hand over %s', (_, zone, from, time, handover) => {
    const rota = schedule(zone, layer(from, time, 'mara', 'ada'));
    expect(onCall(rota, at(handover) - 1)).toBe('mara');
    // Also when the clock shows a time before the handover once more.
    for (const quarters of [0, 1, 2, 3, 4, 5]) {
      expect(onCall(rota, at(handover) + (quarters * hourMs) / 4)).toBe('ada');
    }
  });
});

describe('layers', () => {
  const rota = schedule(
    'Europe/Berlin',
    layer('2026-02-02', '08:00', 'mara', 'ada'),
    layer('2026-01-05', '08:00'),
    layer('2026-01-17', '20:00', 'ben', 'ada'),
    layer('2026-01-05', '08:00', 'otto'),
    layer('2026-01-01', '08:00', 'eve'),
  );

  test('fill the time before the ones above them begin', () => {
    expect(told(shifts(rota, at('2025-12-01T00:00Z'), at('2026-02-20T00:00Z')))).toEqual([
      'eve 2026-01-01T07:00 2026-01-05T07:00',
      'otto 2026-01-05T07:00 2026-01-17T19:00',
      'ben 2026-01-17T19:00 2026-01-24T19:00',
      'ada 2026-01-24T19:00 2026-01-31T19:00',
      'ben 2026-01-31T19:00 2026-02-02T07:00',
      'mara 2026-02-02T07:00 2026-02-09T07:00',
      'ada 2026-02-09T07:00 2026-02-16T07:00',
      'mara 2026-02-16T07:00 2026-02-20T00:00',
    ]);
  });

  test('make one shift of a person who goes on in another layer', () => {
    const same = schedule(
      'Asia/Kolkata',
      layer('2026-01-12', '08:00', 'mara', 'ada'),
      layer('2026-01-05', '08:00', 'mara'),
    );
    expect(told(shifts(same, at('2026-01-01T00:00Z'), at('2026-01-20T00:00Z')))).toEqual([
      'mara 2026-01-05T02:30 2026-01-19T02:30',
      'ada 2026-01-19T02:30 2026-01-20T00:00',
    ]);
  });

  test('without people leave everything uncovered', () => {
    const empty = schedule('Europe/Berlin', layer('2026-01-05', '08:00'));
    expect(onCall(empty, at('2026-02-01T00:00Z'))).toBeNull();
    expect(shifts(empty, 0, at('2026-02-01T00:00Z'))).toEqual([]);
    expect(nextShift(empty, 0, at('2026-02-01T00:00Z'))).toBeNull();
  });

  test.each([
    ['is the first of any layer', '2025-12-01T00:00Z', '2026-03-01T00:00Z', '2026-01-01T07:00Z'],
    [
      'may begin at the last moment asked',
      '2026-01-01T06:55Z',
      '2026-01-01T07:00Z',
      '2026-01-01T07:00Z',
    ],
    ['may be later', '2026-01-01T06:54Z', '2026-01-01T06:59Z', null],
  ])('the next shift %s', (_, after, before, begins) => {
    expect(nextShift(rota, at(after), at(before))).toBe(begins === null ? null : at(begins));
  });
});

describe('by trying every wall time', () => {
  /** The first moment that shows this time, or if none does the first that shows a later one. */
  function naiveMoment(wall: Temporal.PlainDateTime, zone: string): number {
    for (let tried = wall; ; tried = tried.add({ minutes: 1 })) {
      const found = tried.toZonedDateTime(zone, { disambiguation: 'earlier' });
      if (found.toPlainDateTime().equals(tried)) return found.epochMilliseconds;
    }
  }

  function naivePerson(rotation: Rotation, zone: string, moment: number): string | null {
    let wall = Temporal.PlainDateTime.from(`${rotation.from}T${rotation.handover.at}`);
    let person: string | null = null;
    for (let turn = 0; naiveMoment(wall, zone) <= moment; turn += 1) {
      person = rotation.people[turn % rotation.people.length] ?? null;
      wall = wall.add({ weeks: 1 });
    }
    return person;
  }

  function naiveOnCall({ layers, zone }: Schedule, moment: number): string | null {
    return layers.reduce<string | null>(
      (found, rotation) => found ?? naivePerson(rotation, zone, moment),
      null,
    );
  }

  const zone = fc.constantFrom(
    'Europe/Berlin',
    'America/New_York',
    'America/Santiago',
    'America/Havana',
    'Asia/Beirut',
    'Australia/Lord_Howe',
    'Asia/Kolkata',
  );
  /** Most changes of clocks fall on a Sunday soon after midnight. */
  const weekday = fc.oneof(fc.constant(6), fc.constant(5), fc.nat(6));
  const time = fc.oneof(fc.nat(4 * 4), fc.nat(95)).map((n) => {
    const two = (part: number) => String(part).padStart(2, '0');
    return `${two(Math.floor(n / 4))}:${two((n % 4) * 15)}`;
  });
  const people = fc.array(fc.constantFrom('mara', 'ada', 'ben'), { maxLength: 4 });
  const rotation = fc
    .tuple(fc.nat(20), weekday, time, people)
    .map(([week, day, handover, names]) =>
      layer(
        Temporal.PlainDate.from('2026-01-05').add({ weeks: week, days: day }).toString(),
        handover,
        ...names,
      ),
    );
  const rota = fc
    .tuple(zone, fc.array(rotation, { minLength: 1, maxLength: 3 }))
    .map(([where, layers]) => schedule(where, ...layers));
  const moment = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) });

  test('the same person is on call', () => {
    fc.assert(
      fc.property(rota, moment, (drawn, when) => {
        expect(onCall(drawn, when)).toBe(naiveOnCall(drawn, when));
      }),
    );
  });

  test('the same person is on call around the changes of clocks', () => {
    fc.assert(
      fc.property(rota, (drawn) => {
        let change = Temporal.ZonedDateTime.from(`2026-01-01T00:00[${drawn.zone}]`);
        for (;;) {
          const next = change.getTimeZoneTransition('next');
          if (next === null || next.year > 2026) break;
          for (let quarter = -8; quarter <= 8; quarter += 1) {
            const when = next.epochMilliseconds + (quarter * hourMs) / 4;
            expect(onCall(drawn, when)).toBe(naiveOnCall(drawn, when));
          }
          change = next;
        }
      }),
    );
  });

  test('shifts say the same as asking for each moment', () => {
    fc.assert(
      fc.property(rota, moment, fc.integer({ min: 0, max: 60 }), (drawn, from, days) => {
        const to = from + days * 24 * hourMs;
        const found = shifts(drawn, from, to);
        for (let when = from; when < to; when += 1.75 * hourMs) {
          const inShift = found.filter((shift) => shift.from <= when && when < shift.to);
          expect(inShift.map(({ person }) => person)).toEqual(
            [onCall(drawn, when)].filter((person) => person !== null),
          );
        }
        found.forEach((shift, index) => {
          expect(shift.from).toBeGreaterThanOrEqual(from);
          expect(shift.to).toBeLessThanOrEqual(to);
          expect(shift.from).toBeLessThan(shift.to);
          const next = found[index + 1];
          if (next === undefined) return;
          // Once covered always covered, and never the same person twice in a row.
          expect(next.from).toBe(shift.to);
          expect(next.person).not.toBe(shift.person);
        });
      }),
    );
  });

  test('the turns of a layer leave no gap and do not overlap', () => {
    fc.assert(
      fc.property(zone, rotation, moment, (where, drawn, from) => {
        const turns = turnsOf(drawn, where, from, from + 30 * weekMs);
        turns.slice(1).forEach((turn, index) => expect(turn.from).toBe(turns[index]!.to));
        for (const turn of turns) {
          const weeks = (turn.to - turn.from) / weekMs;
          expect(Math.abs(weeks - Math.round(weeks)) * weekMs).toBeLessThanOrEqual(hourMs);
        }
      }),
    );
  });

  test('the next shift begins when somebody is on call and nobody was', () => {
    fc.assert(
      fc.property(rota, moment, fc.integer({ min: 0, max: 20 * weekMs }), (drawn, after, ms) => {
        fc.pre(onCall(drawn, after) === null);
        const found = nextShift(drawn, after, after + ms);
        const first = shifts(drawn, after, after + ms + 1)[0]?.from ?? null;
        expect(found).toBe(first);
      }),
    );
  });
});
