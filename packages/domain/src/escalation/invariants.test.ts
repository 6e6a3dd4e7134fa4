import fc from 'fast-check';
import { expect, test } from 'vitest';
import { permits } from '../access/permits.ts';
import { scopesOf, ticketScopes } from '../access/scopes.ts';
import { severities } from '../directory/directory.ts';
import { messagesFor } from '../paging/message.ts';
import { isOpen, type Ticket } from '../ticket/ticket.ts';
import { letTimePass } from './carry-out.ts';
import { company } from './test-company.ts';
import { hold, holdTogether } from './test-invariants.ts';
import { day, hour, minute, monday, newWorld, second, type World } from './test-world.ts';

const length = fc.oneof(
  fc.integer({ min: 0, max: 90 * second }),
  fc.integer({ min: 0, max: 90 }).map((n) => n * minute),
  fc.constantFrom(5 * minute, 10 * minute, 30 * minute, 35 * minute, 2 * hour, day),
);

/** What somebody's phone shows, and when it lost the net. */
type Phone = ReturnType<World['offline']> & {
  readonly person: string;
  readonly saw: Ticket;
  readonly at: number;
};

function phoneOf(person: string, world: World): Phone {
  return { ...world.offline(person), person, saw: world.ticket(), at: world.now() };
}
type Deed = { readonly text: string; readonly by: (phone: Phone) => string | null };

const deed = (text: string, weight: number, by: Deed['by']) => {
  return { arbitrary: fc.constant<Deed>({ text, by }), weight };
};

const deeds = fc.oneof(
  deed('acknowledge', 4, (phone) => phone.acknowledge()),
  deed('decline', 6, (phone) => phone.decline()),
  deed('release', 4, (phone) => phone.release()),
  deed('progress', 2, (phone) => phone.progress()),
  deed('comment', 2, (phone) => phone.comment()),
  deed('resolve', 1, (phone) => phone.resolve()),
  deed('close', 1, (phone) => phone.close()),
  deed('reopen', 2, (phone) => phone.reopen()),
  ...['cold', 'new', 'doors'].map((team) =>
    deed(`transfer to ${team}`, 1, (phone) => phone.transfer(team)),
  ),
  ...severities.map((one) => deed(`rates ${one}`, 1, (phone) => phone.rates(one))),
);

/** Whoever was paged last is meant more often than not: he is who answers. */
const people = fc.oneof(
  { arbitrary: fc.constant('whoever was paged last'), weight: 3 },
  { arbitrary: fc.constantFrom('mara', 'otto', 'nils', 'lena', 'max', 'fred', 'ada'), weight: 4 },
);

function meant(who: string, world: World): string {
  return who.includes(' ') ? (world.ticket().pages.at(-1)?.person ?? 'mara') : who;
}

type Happening = { readonly happens: (world: World, phones: Phone[]) => void };

/** `text` is what is printed of a story that went wrong. */
function happening(text: string, happens: Happening['happens']): Happening {
  return Object.assign({ happens }, { [fc.toStringMethod]: () => text });
}

const often = <T>(arbitrary: fc.Arbitrary<T>, weight: number) => ({ arbitrary, weight });

/** Anything that can happen to a ticket: people, time, phones without net, servers that are down, the directory. */
const happenings: fc.Arbitrary<Happening> = fc.oneof(
  often(
    fc
      .tuple(people, deeds)
      .map(([who, { text, by }]) =>
        happening(`${who}: ${text}`, (world) => by(phoneOf(meant(who, world), world))),
      ),
    6,
  ),
  often(
    length.map((ms) => happening(`+${ms}`, (world) => world.forward(ms))),
    4,
  ),
  often(
    people.map((who) =>
      happening(`${who} loses the net`, (world, phones) => {
        phones.push(phoneOf(meant(who, world), world));
      }),
    ),
    2,
  ),
  often(
    fc.tuple(fc.nat(2), deeds).map(([n, { text, by }]) =>
      happening(`phone ${n}: ${text}`, (_, phones) => {
        const phone = phones[n % Math.max(1, phones.length)];
        if (phone !== undefined) by(phone);
      }),
    ),
    5,
  ),
  often(
    people.map((who) =>
      happening(`${who} is unreachable`, (world) => world.cannotReach(meant(who, world))),
    ),
    3,
  ),
  often(
    length.map((ms) => happening(`down for ${ms}`, (world) => world.serverIsDown(ms))),
    3,
  ),
  often(
    length.map((ms) => happening(`the clock goes back ${ms}`, (world) => world.clockIsPutBack(ms))),
    1,
  ),
  often(
    fc
      .tuple(people, fc.boolean())
      .map(([who, disabled]) =>
        happening(`${who} disabled: ${disabled}`, (world) =>
          world.edit('person', meant(who, world), { disabled }),
        ),
      ),
    1,
  ),
  often(
    fc.boolean().map((isCovered) =>
      happening(`somebody is on call: ${isCovered}`, (world) => {
        const layers = company.schedule.get('rota')?.layers ?? [];
        world.edit('schedule', 'rota', { layers: isCovered ? layers : [] });
      }),
    ),
    1,
  ),
);

const reports = fc.record({
  severity: fc.constantFrom(...severities),
  team: fc.constantFrom('cold', 'new', 'doors'),
  take: fc.nat(9).map((n) => n === 0),
});

const stories = fc.record({
  at: fc.integer({ min: 0, max: 7 * 24 * 12 }).map((n) => monday + n * 5 * minute),
  report: reports,
  happenings: fc.array(happenings, { maxLength: 40, size: 'max' }),
});

function lived({
  at,
  report,
  happenings,
}: typeof stories extends fc.Arbitrary<infer S> ? S : never) {
  const world = newWorld({ at, watch: hold });
  const phones: Phone[] = [];
  world.report(report);
  for (const { happens } of happenings) {
    happens(world, phones);
    letTimeStandStill(world);
  }
  return { world, phones };
}

/** While nothing is due nothing happens, now and whenever the clock is put back. */
function letTimeStandStill(world: World): void {
  const { directory, now } = world.context();
  const log = { ticket: world.ticket(), seq: world.log().length, added: [] };
  const due = world.due();
  for (const at of [now, now - minute, now - day, (due ?? now) - 1]) {
    if (due !== null && due <= at) continue;
    expect(letTimePass(log, { directory, now: at })).toEqual(log);
  }
}

test('whatever people, phones, servers and clocks do, what must hold holds', () => {
  fc.assert(
    fc.property(stories, (story) => {
      const { world } = lived(story);
      holdTogether(world.log());
      const messages = messagesFor(null, world.log(), world.ticket());
      expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length);
    }),
    { numRuns: 400 },
  );
}, 30_000);

test('a command that arrives twice changes nothing the second time', () => {
  fc.assert(
    fc.property(stories, people, deeds, (story, who, deed) => {
      const { world, phones } = lived(story);
      const phone = phones[0] ?? phoneOf(meant(who, world), world);
      world.forward(0);
      deed.by(phone);
      const once = world.ticket();
      deed.by(phone);
      expect(world.ticket()).toEqual(once);
    }),
    { numRuns: 200 },
  );
}, 30_000);

const answers = ['acknowledge', 'progress', 'resolve'] as const;

/** His answer by what his phone shows, to the ticket as it was then or as it is now. */
function permitted(name: (typeof answers)[number], phone: Phone, ticket: Ticket, world: World) {
  const { generation, severity } = phone.saw;
  const args = { ticket: ticket.id, seen: { generation, severity }, note: '', resolution: '' };
  return permits(phone.person, { name, args }, ticket, world.context().directory, phone.at);
}

test('what somebody might answer he may answer however late, and by it he reads nothing anew', () => {
  fc.assert(
    fc.property(stories, fc.boolean(), (story, isPutAway) => {
      const { world, phones } = lived(story);
      world.forward(0);
      if (isPutAway) {
        world.as('dora').resolve();
        world.as('dora').close();
        world.forward(3 * day);
      }
      const reads = (person: string) => {
        const mine = scopesOf(person, world.context().directory);
        return ticketScopes(world.ticket()).some((scope) => mine.includes(scope));
      };
      for (const phone of phones) {
        for (const name of answers) {
          if (permitted(name, phone, phone.saw, world) !== 'yes') continue;
          const { generation } = phone.saw;
          const ticket = world.ticket();
          // Whether a resolve counts of what nobody else touched since says who has it, not who might see it.
          const isOlder = !isOpen(ticket) || generation < ticket.generation;
          if (name !== 'resolve' || isOlder) {
            expect(permitted(name, phone, ticket, world)).toBe('yes');
          }
          const mightRead = reads(phone.person);
          phone[name]();
          if (!mightRead) expect(reads(phone.person)).toBe(false);
        }
      }
    }),
    { numRuns: 200 },
  );
}, 30_000);

test('left alone, a ticket goes on asking, or is in good hands, or closes and is put away', () => {
  fc.assert(
    fc.property(stories, (story) => {
      const { world } = lived(story);
      world.forward(0);
      for (let n = 0; n < 10; n += 1) {
        const { isPutAway, run, severity } = world.ticket();
        const due = world.due();
        const isDone = isPutAway || (severity === 'S4' && run?.state === 'acked');
        expect(due === null).toBe(isDone);
        if (due === null) return;
        const length = world.log().length;
        world.forward(due - world.now());
        expect(world.log().length).toBeGreaterThan(length);
      }
    }),
    { numRuns: 100 },
  );
}, 30_000);
