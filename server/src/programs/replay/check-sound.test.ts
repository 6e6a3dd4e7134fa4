/** Logs of the engine itself, on which the check must find nothing, as long as nobody is late. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { must } from '@rung/domain/base/must.ts';
import { organisationKey, severities } from '@rung/domain/directory/directory.ts';
import { newWorld, second, type World } from '@rung/domain/escalation/test-world.ts';
import type { Instant } from '@rung/domain/base/time.ts';
import type { TicketEvent } from '@rung/domain/ticket/events.ts';
import { checkLog } from './check.ts';
import { day, hour, minute, played, rowsOfAny } from './test-log.ts';

const nothing = { doubleSteps: 0, missedSteps: 0, pagesAfterAck: 0 };

function found(log: readonly TicketEvent[], endAt: Instant) {
  const { doubleSteps, missedSteps, pagesAfterAck } = checkLog(log, endAt);
  return { doubleSteps, missedSteps, pagesAfterAck };
}

/** What happens to an S1 that nobody answered for 12 min: Mara, Lena and Max were asked. */
const stories: Record<string, (world: World) => void> = {
  'whoever acknowledged takes it back, and the step asks again': (world) => {
    world.as('lena').acknowledge();
    world.as('lena').release();
    world.forward(hour);
  },
  'two take it back, one after the other': (world) => {
    for (const person of ['lena', 'max', 'mara']) {
      world.as(person).acknowledge();
      world.forward(minute);
      world.as(person).release();
      world.forward(minute);
    }
  },
  'the sign of work arms anew': (world) => {
    world.as('lena').acknowledge();
    for (let n = 0; n < 5; n += 1) {
      world.forward(20 * minute);
      world.as('lena').progress();
    }
  },
  'the acknowledgement lapses, and the next step asks': (world) => {
    world.as('lena').acknowledge();
    world.forward(3 * hour);
  },
  'whoever was silent for too long has it again': (world) => {
    world.as('lena').acknowledge();
    world.forward(36 * minute);
    world.as('lena').progress();
    world.forward(hour);
  },
  'it is lowered while people are asked': (world) => {
    world.as('lena').rates('S3');
    world.forward(day);
  },
  'it is lowered to what has the same policy': (world) => {
    const any = { S1: 'urgent', S2: 'urgent', S3: 'calm', S4: 'low' };
    world.edit('organisation', organisationKey, { policies: { any } });
    world.as('lena').rates('S2');
    world.forward(day);
  },
  'it is lowered while somebody has it, and given back': (world) => {
    world.as('lena').acknowledge();
    world.as('lena').rates('S3');
    world.as('lena').release();
    world.forward(day);
  },
  'it is raised while somebody has it, and he is asked first': (world) => {
    world.as('lena').rates('S3');
    world.as('lena').acknowledge();
    world.as('nils').rates('S2');
    world.forward(day);
  },
  'it is raised to S1, and the owner and the first step are asked': (world) => {
    world.as('lena').rates('S2');
    world.as('lena').acknowledge();
    world.as('nils').rates('S1');
    world.forward(hour);
  },
  'whoever has it raises it': (world) => {
    world.as('lena').rates('S3');
    world.as('lena').acknowledge();
    world.as('lena').rates('S1');
    world.forward(hour);
  },
  'it is resolved, and comes back': (world) => {
    world.as('lena').resolve();
    world.forward(hour);
    world.as('nils').reopen();
    world.forward(hour);
  },
  'it is resolved, closes by itself, and is put away': (world) => {
    world.as('lena').resolve();
    world.forward(7 * day);
  },
  'it is closed, and comes back before it is put away': (world) => {
    world.as('lena').resolve();
    world.as('lena').close();
    world.forward(day);
    world.as('nils').reopen();
    world.forward(4 * day);
  },
  'it is transferred while people are asked, and back': (world) => {
    world.as('dora').transfer('doors');
    world.forward(minute);
    world.as('dora').transfer('cold');
    world.forward(hour);
  },
  'it is transferred by whoever has it': (world) => {
    world.as('lena').acknowledge();
    world.as('lena').transfer('doors');
    world.forward(hour);
  },
  'it is transferred to the team that has it': (world) => {
    world.as('lena').acknowledge();
    world.as('lena').transfer('cold');
    world.forward(hour);
  },
  'nobody can be reached, and the ladder is climbed at once': (world) => {
    for (const person of ['mara', 'lena', 'max']) world.cannotReach(person);
    world.forward(hour);
  },
  'a page is declined, and the next step asks at once': (world) => {
    world.as('max').decline();
    world.forward(hour);
  },
  'the answer comes at the instant at which the next step is due': (world) => {
    const dueAt = must(world.due(), 'a step is due');
    world.forward(dueAt - world.now() - 1);
    world.serverIsDown(1);
    world.as('lena').acknowledge();
    world.forward(hour);
  },
};

test.each(Object.entries(stories))('no fault is found where %s', (_, story) => {
  const world = newWorld();
  world.report({ severity: 'S1' });
  world.forward(12 * minute);
  story(world);
  expect(found(world.log(), world.now())).toEqual(nothing);
});

test('no fault is found where whoever has it is disabled', () => {
  const world = newWorld();
  world.report({ severity: 'S1' });
  world.as('lena').acknowledge();
  world.edit('person', 'lena', { disabled: true });
  world.forward(hour);
  expect(found(world.log(), world.now())).toEqual(nothing);
});

test('no fault is found where a raise by whoever has it arrives after its time', () => {
  const world = newWorld();
  world.report({ severity: 'S3' });
  world.as('mara').acknowledge();
  const phone = world.offline('mara');
  world.forward(hour);
  phone.rates('S1');
  expect(found(world.log(), world.now())).toEqual(nothing);
});

type Phone = ReturnType<World['offline']>;
type Deed = { readonly text: string; readonly by: (phone: Phone) => unknown };
type Happening = { readonly happens: (world: World, phones: Phone[]) => unknown };

const deeds = fc.constantFrom<Deed[]>(
  { text: 'acknowledge', by: (phone) => phone.acknowledge() },
  { text: 'acknowledge', by: (phone) => phone.acknowledge() },
  { text: 'decline', by: (phone) => phone.decline() },
  { text: 'release', by: (phone) => phone.release() },
  { text: 'release', by: (phone) => phone.release() },
  { text: 'progress', by: (phone) => phone.progress() },
  { text: 'resolve', by: (phone) => phone.resolve() },
  { text: 'close', by: (phone) => phone.close() },
  { text: 'reopen', by: (phone) => phone.reopen() },
  { text: 'transfer to doors', by: (phone) => phone.transfer('doors') },
  { text: 'transfer to new', by: (phone) => phone.transfer('new') },
  ...severities.map((one) => ({ text: one, by: (phone: Phone) => phone.rates(one) })),
);
const people = fc.constantFrom('who is newest', 'mara', 'otto', 'nils', 'lena', 'max', 'fred');
const lengths = fc.oneof(
  fc.integer({ min: 0, max: 90 * second }),
  fc.integer({ min: 0, max: 90 }).map((n) => n * minute),
  fc.constantFrom(5 * minute, 10 * minute, 30 * minute, 35 * minute, 2 * hour, day),
);

function meant(who: string, world: World): string {
  return who.includes(' ') ? (world.ticket().pages.at(-1)?.person ?? 'mara') : who;
}

/** `text` is what is printed of a story that went wrong. */
function happening(text: string, happens: Happening['happens']): Happening {
  return Object.assign({ happens }, { [fc.toStringMethod]: () => text });
}

const happenings: fc.Arbitrary<Happening> = fc.oneof(
  fc.tuple(people, deeds).map(([who, { text, by }]) => {
    return happening(`${who}: ${text}`, (world) => by(world.as(meant(who, world))));
  }),
  lengths.map((ms) => happening(`+${ms}`, (world) => world.forward(ms))),
  people.map((who) => {
    return happening(`${who} loses the net`, (world, phones) =>
      phones.push(world.offline(meant(who, world))),
    );
  }),
  fc.tuple(fc.nat(2), deeds).map(([n, { text, by }]) => {
    return happening(`phone ${n}: ${text}`, (_, phones) => {
      const phone = phones[n % Math.max(1, phones.length)];
      if (phone !== undefined) by(phone);
    });
  }),
  people.map((who) => {
    return happening(`${who} is unreachable`, (world) => world.cannotReach(meant(who, world)));
  }),
  fc.tuple(people, deeds).map(([who, { text, by }]) => {
    return happening(`${who}: ${text}, just in time`, (world) => {
      justInTime(world);
      by(world.as(meant(who, world)));
    });
  }),
  fc.tuple(people, fc.boolean()).map(([who, disabled]) => {
    return happening(`${who} disabled: ${disabled}`, (world) =>
      world.edit('person', meant(who, world), { disabled }),
    );
  }),
);

/** To the instant at which something is due, before it is done. */
function justInTime(world: World): void {
  const dueAt = world.due();
  if (dueAt === null || dueAt <= world.now()) return;
  world.forward(dueAt - 1 - world.now());
  world.serverIsDown(1);
}

test('no fault is found in the log of a ticket, whatever happens to it', () => {
  const reports = fc.record({
    severity: fc.constantFrom(...severities),
    team: fc.constantFrom('cold', 'new', 'doors'),
    take: fc.boolean(),
  });
  const stories = fc.array(happenings, { maxLength: 40, size: 'max' });
  fc.assert(
    fc.property(reports, stories, (report, story) => {
      const world = newWorld();
      world.report(report);
      const phones: Phone[] = [];
      for (const { happens } of story) happens(world, phones);
      world.forward(0);
      expect(found(world.log(), world.now())).toEqual(nothing);
    }),
    { numRuns: 200 },
  );
}, 30_000);

test('no fault is found in what becomes of an incident log, by the policy of replays', () => {
  fc.assert(
    fc.property(rowsOfAny, (rows) => {
      const { tickets, endAt } = played(rows);
      for (const { events } of tickets) expect(found(events, endAt)).toEqual(nothing);
    }),
    { numRuns: 60 },
  );
}, 30_000);
