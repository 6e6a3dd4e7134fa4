import { describe, expect, test } from 'vitest';
import { must } from '@rung/domain/base/must.ts';
import { newWorld, type World } from '@rung/domain/escalation/test-world.ts';
import type { TicketEvent } from '@rung/domain/ticket/events.ts';
import type { PageRow } from '../../db/pages.ts';
import { checkLog, strayPages } from './check.ts';
import { day, hour, minute } from './test-log.ts';

const nothing = { doubleSteps: 0, missedSteps: 0, pagesAfterAck: 0 };

function found(log: readonly TicketEvent[], endAt = must(log.at(-1), 'an event').recordedAt) {
  const { doubleSteps, missedSteps, pagesAfterAck } = checkLog(log, endAt);
  return { doubleSteps, missedSteps, pagesAfterAck };
}

/** Whether a step was missed, and how often does not matter. */
function isMissed(log: readonly TicketEvent[], endAt?: number): boolean {
  return found(log, endAt).missedSteps > 0;
}

/** An S1 that nobody answers for 12 min: Mara is asked, after 5 min Lena, after 10 min Max, who has 10 min. */
function unanswered(severity: 'S1' | 'S2' | 'S3' = 'S1') {
  const world = newWorld();
  world.report({ severity });
  world.forward(12 * minute);
  return world;
}

/** The same, and Lena has it. */
function answered(severity: 'S1' | 'S2' | 'S3' = 'S1') {
  const world = unanswered(severity);
  world.as('lena').acknowledge();
  return world;
}

type Fired = TicketEvent & { readonly name: 'rung-fired' };

/** The event with which this step fired first, from 1. */
function step(log: readonly TicketEvent[], n: number): Fired {
  const is = (event: TicketEvent): event is Fired =>
    event.name === 'rung-fired' && event.args.rung.kind === 'step' && event.args.rung.step === n;
  return must(log.find(is), `step ${n}`);
}

/** The log with this event in place of the one there was, none = without it. */
function changed(log: readonly TicketEvent[], old: TicketEvent, ...instead: TicketEvent[]) {
  return log.flatMap((event) => (event === old ? instead : event));
}

/** The log with its last firing repeated at its end, after so much time. */
function andFiredAgain(log: readonly TicketEvent[], after = minute) {
  const last = must(log.at(-1), 'an event');
  const fired = must(
    log.findLast((event) => event.name === 'rung-fired'),
    'a firing',
  );
  return [...log, { ...fired, seq: last.seq + 1, recordedAt: last.recordedAt + after }];
}

describe('a log as the engine writes it', () => {
  test('is without fault, and is counted', () => {
    const world = answered();
    world.forward(3 * hour);
    expect(checkLog(world.log(), world.now())).toMatchObject({ ...nothing, stepsLate: 0 });

    const silent = unanswered('S2');
    silent.forward(day);
    const { stepsFired, pagesByTier, ...rest } = checkLog(silent.log(), silent.now());
    expect(rest).toEqual({ ...nothing, stepsLate: 0 });
    expect({ stepsFired, pagesByTier }).toEqual({
      stepsFired: 4,
      pagesByTier: { 'step 1': 2, 'step 2': 2, fallback: 47 },
    });
  });

  test('of nothing has nothing', () => {
    expect(checkLog([], 0)).toEqual({ ...nothing, stepsFired: 0, stepsLate: 0, pagesByTier: {} });
  });

  test('counts who is paged beside the ladder, and who is asked first', () => {
    const world = newWorld();
    world.report({ severity: 'S3' });
    const phone = world.offline('otto');
    world.as('nils').rates('S2');
    phone.acknowledge();
    expect(checkLog(world.log(), world.now()).pagesByTier).toEqual({
      'step 1': 3,
      raised: 1,
    });

    const owned = answered('S3');
    owned.as('nils').rates('S2');
    expect(checkLog(owned.log(), owned.now()).pagesByTier).toEqual({ 'step 1': 2, owner: 1 });
  });
});

describe('a step that fired twice is found', () => {
  test('right after itself, and much later', () => {
    const log = unanswered().log();
    expect(found(changed(log, step(log, 2), step(log, 2), step(log, 2)))).toMatchObject({
      doubleSteps: 1,
    });
    expect(found(andFiredAgain(log))).toMatchObject({ doubleSteps: 1 });
    expect(found(andFiredAgain(andFiredAgain(log)))).toMatchObject({ doubleSteps: 2 });
  });

  test('of another lap or run is not the same', () => {
    const log = unanswered().log();
    const last = must(log.at(-1), 'an event');
    const { args } = step(log, 3);
    const again = (more: Partial<Fired['args']>) => [
      ...log,
      { ...step(log, 3), recordedAt: last.recordedAt, args: { ...args, ...more } },
    ];
    const { rung } = args;
    expect(found(again({}))).toMatchObject({ doubleSteps: 1 });
    expect(found(again({ run: 2 }))).toMatchObject({ doubleSteps: 0 });
    const onLapTwo = { ...rung, lap: 2 } as typeof rung;
    expect(found(again({ rung: onLapTwo }))).toMatchObject({ doubleSteps: 0 });
  });

  test('of those that were not given back', () => {
    const world = answered();
    world.as('lena').release();
    const log = world.log();
    expect(found(log)).toEqual(nothing);
    expect(found(changed(log, step(log, 1), step(log, 1), step(log, 1)))).toMatchObject({
      doubleSteps: 1,
    });
    expect(found(andFiredAgain(log))).toMatchObject({ doubleSteps: 1 });
  });

  test('while others are asked, though somebody who helped stopped', () => {
    const world = newWorld();
    world.report({ severity: 'S3' });
    for (const person of ['lena', 'otto']) world.as(person).acknowledge();
    world.as('nils').rates('S1');
    world.as('otto').release();
    expect(found(world.log())).toEqual(nothing);
    expect(found(andFiredAgain(world.log()))).toMatchObject({ doubleSteps: 1 });
  });
});

describe('a rung that fired twice is found', () => {
  test('of whoever had it, who is asked first', () => {
    const world = answered('S3');
    world.as('nils').rates('S2');
    expect(found(world.log())).toEqual(nothing);
    expect(found(andFiredAgain(world.log()))).toMatchObject({ doubleSteps: 1 });
  });

  test('of the fallback, at the same time of it', () => {
    const world = unanswered('S2');
    world.forward(3 * hour);
    expect(world.log().at(-2)).toMatchObject({ args: { rung: { kind: 'fallback' } } });
    expect(found(andFiredAgain(world.log()))).toMatchObject({ doubleSteps: 1 });
  });
});

describe('a step that was missed is found', () => {
  /** The log without the step and what it armed. */
  const without = (log: readonly TicketEvent[], n: number) => {
    const { seq } = step(log, n);
    return log.filter((event) => event.seq !== seq && event.seq !== seq + 1);
  };

  test('when another fires after it', () => {
    expect(isMissed(without(unanswered().log(), 2))).toBe(true);
  });

  test('when somebody answers after it', () => {
    expect(isMissed(without(answered().log(), 3))).toBe(true);
    const resolved = unanswered();
    resolved.as('lena').resolve();
    expect(isMissed(without(resolved.log(), 3))).toBe(true);
  });

  test('when the ticket is raised or lowered after it', () => {
    for (const severity of ['S1', 'S3'] as const) {
      const world = newWorld();
      world.report({ severity: 'S2' });
      world.forward(12 * minute);
      world.as('nils').rates(severity);
      expect(found(world.log())).toEqual(nothing);
      expect(isMissed(without(world.log(), 2))).toBe(true);
    }
  });

  test('when nothing comes after it, once time has passed it', () => {
    const world = unanswered();
    const log = without(world.log(), 3);
    const { plannedAt } = step(world.log(), 3).args;
    expect(found(log, plannedAt - 1)).toEqual(nothing);
    expect(isMissed(log, plannedAt)).toBe(true);
  });

  test('when it fires later than it was armed for, however little', () => {
    const log = unanswered().log();
    const { seq, recordedAt } = step(log, 2);
    const later = (ms: number) =>
      log.map((event) =>
        event.seq === seq || event.seq === seq + 1
          ? { ...event, recordedAt: recordedAt + ms }
          : event,
      );
    expect(found(later(0))).toEqual(nothing);
    expect(isMissed(later(1))).toBe(true);
  });

  test('when the server was down, as the engine itself says', () => {
    const world = unanswered();
    world.serverIsDown(47 * minute);
    world.forward(0);
    expect(checkLog(world.log(), world.now()).stepsLate).toBe(1);
    expect(isMissed(world.log(), world.now())).toBe(true);
  });

  test('also while the fallback is asked', () => {
    const world = unanswered('S2');
    world.forward(2 * hour);
    const log = world.log();
    const last = must(
      log.findLast(({ name }) => name === 'rung-fired'),
      'a firing',
    );
    expect(last).toMatchObject({ args: { rung: { kind: 'fallback' } } });
    const cut = log.filter((event) => event.seq < last.seq);
    expect(isMissed(cut, world.now())).toBe(true);
  });

  // What did not fire at its instant counts once, and once more at the next: nobody is wanted any more from then on, so
  // that every page after it counts as one after an answer.
  test('once, and as nothing else', () => {
    const late = unanswered();
    late.serverIsDown(47 * minute);
    late.forward(0);
    expect(found(without(unanswered().log(), 2))).toEqual({ ...nothing, missedSteps: 1 });
    expect(found(without(answered().log(), 3))).toEqual({ ...nothing, missedSteps: 1 });
    expect(found(late.log())).toEqual({ ...nothing, missedSteps: 1 });
  });

  test('when only what it armed is in the log', () => {
    const log = unanswered().log();
    expect(found(changed(log, step(log, 2)))).toEqual({ ...nothing, missedSteps: 1 });
  });

  test('when another fires in its place', () => {
    const log = unanswered().log();
    const second = step(log, 2);
    const other = { ...second.args.rung, step: 7 } as Fired['args']['rung'];
    const swapped = changed(log, second, { ...second, args: { ...second.args, rung: other } });
    expect(found(swapped)).toEqual({ ...nothing, missedSteps: 1 });
    const ofAnother = changed(log, second, { ...second, args: { ...second.args, run: 7 } });
    expect(found(ofAnother)).toEqual({ ...nothing, missedSteps: 1 });
  });

  test('when the ladder leaves it out, and says so', () => {
    const log = unanswered().log();
    const [second, third] = [step(log, 2), step(log, 3)];
    const rung = third.args.rung;
    const left = log.flatMap((event): readonly TicketEvent[] => {
      // What armed the second arms the third, which fires then; what the second armed is not there.
      if (event.name === 'rung-armed' && event.seq === second.seq - 1)
        return [{ ...event, args: { ...event.args, rung } }];
      if (event.seq === second.seq) return [{ ...second, args: { ...second.args, rung } }];
      if (event.seq === second.seq + 1)
        return [log.find(({ seq }) => seq === third.seq + 1)].flatMap((armed) =>
          armed === undefined ? [] : [{ ...armed, recordedAt: event.recordedAt } as TicketEvent],
        );
      return event.seq === third.seq || event.seq === third.seq + 1 ? [] : [event];
    });
    expect(found(left)).toEqual({ ...nothing, missedSteps: 1 });
  });

  test('when it fires before it was to', () => {
    const log = unanswered().log();
    const { seq, recordedAt } = step(log, 3);
    const early = log.map((event) =>
      event.seq === seq || event.seq === seq + 1
        ? { ...event, recordedAt: recordedAt - minute }
        : event,
    );
    expect(found(early)).toEqual({ ...nothing, missedSteps: 1 });
  });

  test('when nothing is armed after a firing, or after the report', () => {
    const log = unanswered().log();
    const { seq } = step(log, 3);
    expect(log[seq]).toMatchObject({ seq: seq + 1, name: 'rung-armed' });
    expect(found(log.slice(0, seq))).toEqual({ ...nothing, missedSteps: 1 });
    expect(found(log.slice(0, 1))).toEqual({ ...nothing, missedSteps: 1 });
    const later = unanswered();
    later.forward(10 * minute);
    expect(isMissed(later.log().filter((event) => event.seq !== seq + 1))).toBe(true);
  });
});

describe('a look at whoever has it that was missed is found', () => {
  /** Lena has it, is asked after 30 min whether she still does, and has lost it after 35. */
  function silent() {
    const world = answered();
    world.forward(36 * minute);
    const log = world.log();
    const only = (name: TicketEvent['name']) => must(log.find(is(name)), name);
    const [armed, asked, lapsed] = [
      only('expiry-armed'),
      only('expiry-asked'),
      only('ack-expired'),
    ];
    const until = (last: TicketEvent) => log.slice(0, last.seq - 1);
    return { log, armed, asked, lapsed, until };
  }
  const is = (name: TicketEvent['name']) => (event: TicketEvent) => event.name === name;

  test('when she is never asked', () => {
    const { asked, until } = silent();
    expect(found(until(asked), asked.recordedAt - 1)).toEqual(nothing);
    expect(found(until(asked), asked.recordedAt)).toEqual({ ...nothing, missedSteps: 1 });
  });

  test('when she is asked, does not answer, and keeps it', () => {
    const { lapsed, until } = silent();
    expect(found(until(lapsed), lapsed.recordedAt - 1)).toEqual(nothing);
    expect(found(until(lapsed), lapsed.recordedAt)).toEqual({ ...nothing, missedSteps: 1 });
  });

  test('when she is asked too early, or without reason', () => {
    const { log, armed, asked, lapsed, until } = silent();
    const early = { ...asked, recordedAt: asked.recordedAt - 1 };
    expect(found(changed(until(lapsed), asked, early))).toEqual({ ...nothing, missedSteps: 1 });
    expect(found(changed(until(lapsed), armed))).toEqual({ ...nothing, missedSteps: 1 });
    expect(found(log)).toEqual(nothing);
  });

  test('when she loses it too early, or unasked: whoever is paged then is paged after the answer', () => {
    const { log, asked, lapsed } = silent();
    const early = log.map((event) =>
      event.recordedAt === lapsed.recordedAt
        ? { ...event, recordedAt: lapsed.recordedAt - 1 }
        : event,
    );
    expect(found(early).pagesAfterAck).toBeGreaterThan(0);
    expect(found(changed(log, asked)).pagesAfterAck).toBeGreaterThan(0);
    const atOnce = log
      .filter((event) => event !== asked)
      .map((event) =>
        event.recordedAt === lapsed.recordedAt ? { ...event, recordedAt: asked.recordedAt } : event,
      );
    expect(found(atOnce).pagesAfterAck).toBeGreaterThan(0);
  });
});

describe('a transfer begins anew', () => {
  /** Lena had it, and gave it to the doors' team, where Otto and Nils are asked. */
  function moved() {
    const world = answered();
    world.as('dora').transfer('doors');
    return world;
  }
  const eventOf = (log: readonly TicketEvent[], name: TicketEvent['name']) =>
    must(
      log.findLast((event) => event.name === name),
      name,
    );

  test('so that pages after it are none after the answer before it', () => {
    const log = moved().log();
    expect(found(log)).toEqual(nothing);
    expect(found(changed(log, eventOf(log, 'transferred')))).toMatchObject({ pagesAfterAck: 2 });
  });

  test('and is missed where nobody of the other team is asked', () => {
    const log = moved().log();
    const until = log.slice(0, eventOf(log, 'transferred').seq);
    expect(isMissed(until, must(until.at(-1), 'an event').recordedAt)).toBe(true);
  });

  test('but not where it stood with that team already', () => {
    const world = answered();
    world.as('lena').transfer('cold');
    expect(found(world.log())).toEqual(nothing);
    expect(found(andFiredAgain(world.log()))).toMatchObject({ pagesAfterAck: 1 });
  });
});

describe('a closed ticket', () => {
  function putAway() {
    const world = answered();
    world.as('lena').resolve();
    world.as('lena').close();
    world.forward(3 * day);
    const log = world.log();
    return { log, away: must(log.at(-1), 'an event') };
  }

  test('that is put away at its instant is without fault', () => {
    const { log, away } = putAway();
    expect(away).toMatchObject({ name: 'put-away' });
    expect(found(log, away.recordedAt + day)).toEqual(nothing);
  });

  test('that is not put away is missed from then on', () => {
    const { log, away } = putAway();
    const without = changed(log, away);
    expect(found(without, away.recordedAt - 1)).toEqual(nothing);
    expect(found(without, away.recordedAt)).toEqual({ ...nothing, missedSteps: 1 });
  });

  test('that is put away too early, too late or twice is found', () => {
    const { log, away } = putAway();
    for (const ms of [-1, 1]) {
      const other = { ...away, recordedAt: away.recordedAt + ms };
      expect(isMissed(changed(log, away, other))).toBe(true);
    }
    expect(found(changed(log, away, away, away))).toEqual({ ...nothing, missedSteps: 1 });
  });
});

describe('a page after the answer is found', () => {
  const answers: Record<string, () => World> = {
    'an acknowledgement': answered,
    'a sign of work of whoever had lost it': () => {
      const world = answered();
      world.forward(36 * minute);
      world.as('lena').progress();
      return world;
    },
    'a resolution': () => {
      const world = unanswered();
      world.as('lena').resolve();
      return world;
    },
    'a raise by whoever has it': () => {
      const world = answered('S3');
      world.as('lena').rates('S2');
      return world;
    },
    'a confirmation of a raise': () => {
      const world = answered('S3');
      world.as('nils').rates('S2');
      world.as('lena').acknowledge();
      return world;
    },
    'a report by whoever takes it': () => {
      const world = newWorld();
      world.report({ take: true });
      return world;
    },
  };

  test.each(Object.entries(answers))('after %s', (_, world) => {
    const log = world().log();
    expect(found(log)).toEqual(nothing);
    const last = must(log.at(-1), 'an event');
    const { rung, ...fired } = step(unanswered().log(), 1).args;
    const page: TicketEvent = {
      ...last,
      name: 'rung-fired',
      args: { ...fired, rung: { kind: 'fallback', time: 9, withAdmins: false }, run: 9 },
    };
    expect(found([...log, page])).toEqual({ ...nothing, pagesAfterAck: 1 });
    const beside: TicketEvent = { ...last, name: 'paged', args: { person: 'max', isLoud: true } };
    expect(found([...log, beside])).toEqual({ ...nothing, pagesAfterAck: 1 });
  });

  test('for each person, and with what else is wrong with it', () => {
    const log = answered('S3').log();
    expect(step(log, 1).args.pages).toHaveLength(2);
    expect(found(andFiredAgain(log))).toEqual({
      ...nothing,
      doubleSteps: 1,
      pagesAfterAck: 2,
    });
  });

  test('but not where it only joins, comes too late, or is of what was before', () => {
    const world = newWorld();
    world.report({ severity: 'S3' });
    const phone = world.offline('mara');
    world.as('nils').rates('S1');
    phone.acknowledge();
    world.forward(hour);
    expect(world.log().some(({ name }) => name === 'acknowledged')).toBe(true);
    expect(found(world.log())).toEqual(nothing);
  });

  test('after somebody who only helped stopped', () => {
    const world = answered();
    world.as('otto').acknowledge();
    world.as('otto').release();
    expect(world.ticket().owner).toBe('lena');
    expect(found(andFiredAgain(world.log()))).toMatchObject({ pagesAfterAck: 1 });
  });

  test('after whoever had it gave it to somebody who helped', () => {
    const world = answered();
    world.as('otto').acknowledge();
    world.as('lena').release();
    expect(world.ticket().owner).toBe('otto');
    expect(found(andFiredAgain(world.log()))).toMatchObject({ pagesAfterAck: 1 });
  });
});

describe('pages that are kept and those that events made', () => {
  /** Two at once, one beside the ladder, and later one more. */
  function story() {
    const world = newWorld();
    world.report({ severity: 'S3' });
    const phone = world.offline('otto');
    world.as('nils').rates('S2');
    phone.acknowledge();
    world.forward(hour);
    const log = world.log();
    const kept = log.flatMap((event) => {
      const { ticket, seq, recordedAt } = event;
      const people =
        event.name === 'paged'
          ? [event.args.person]
          : event.name === 'rung-fired'
            ? event.args.pages.map(({ person }) => person)
            : [];
      return people.map((person, n): PageRow => {
        return {
          id: `${ticket}.${seq}.${n + 1}`,
          ticket,
          person,
          state: 'received',
          createdAt: recordedAt,
          receivedAt: null,
          seenAt: null,
        };
      });
    });
    expect(log.map(({ name }) => name)).toContain('paged');
    expect(world.ticket().pages.every(({ id }) => kept.some((page) => page.id === id))).toBe(true);
    return { log, kept, first: must(kept[0], 'a page'), rest: kept.slice(1) };
  }

  test('are the same in a sound database, in any order', () => {
    const { log, kept } = story();
    expect(kept.length).toBeGreaterThan(4);
    expect(strayPages(log, kept)).toBe(0);
    expect(strayPages(log, kept.toReversed())).toBe(0);
    expect(strayPages([], [])).toBe(0);
  });

  test('are missed where they were not kept', () => {
    const { log, kept, rest } = story();
    expect(strayPages(log, rest)).toBe(1);
    expect(strayPages(log, [])).toBe(kept.length);
  });

  test('are strays where no event made them', () => {
    const { log, kept, first } = story();
    expect(strayPages(log, [...kept, { ...first, id: `${first.ticket}.999.1` }])).toBe(1);
    expect(strayPages(log, [...kept, first])).toBe(1);
    expect(strayPages([], kept)).toBe(kept.length);
  });

  test('are both where they are somebody else’s, of another instant or of another event', () => {
    const { log, first, rest } = story();
    for (const other of [{ person: 'fred' }, { createdAt: 1 }, { id: `${first.ticket}.999.1` }]) {
      expect(strayPages(log, [...rest, { ...first, ...other }])).toBe(2);
    }
  });
});
