/** A night in a house of its own: tickets whose second rung pages Mara's phone, each at an instant that is known before. */

import type { Subscription } from '@rung/protocol/push.ts';
import { ulid } from 'ulid';
import { systemClock } from '../../../server/src/clock.ts';
import type { Config } from '../../../server/src/config.ts';
import { type House, openHouse } from '../../../server/src/house.ts';
import { addressOf, openSealer } from '../../../server/src/sealed.ts';
import { movedClock } from '../../harness/clock.ts';
import { reportArgs } from '../../harness/command.ts';
import { methodOf } from '../../harness/recorder.ts';
import { tagOf } from '../../harness/tag-of.ts';

const minute = 60_000;
const delay = 5 * minute;

const directory = {
  organisation: {
    name: 'Nordkalt',
    zone: 'Europe/Berlin',
    language: 'en',
    team: 'cold',
    policies: 'night',
  },
  people: {
    ada: { name: 'Ada', email: 'ada@example.org', roles: ['admin', 'staff'] },
    mara: { name: 'Mara', email: 'mara@example.org' },
    otto: { name: 'Otto', email: 'otto@example.org' },
  },
  teams: { cold: { name: 'Cold store', members: ['mara', 'otto'], lead: 'ada' } },
  policies: {
    night: {
      name: 'Night',
      fallback: 'ada',
      response: [
        { targets: 'person:otto', delay: '5m' },
        { targets: 'person:mara', delay: '1h' },
      ],
    },
  },
};

/** Otto's, who is paged first: it shows everything at once, and nothing of it is measured. */
const screen = new Map([['screen', { send: async () => ({ kind: 'displayed' }) as const }]]);

type Night = {
  readonly config: Config;
  readonly phone: Subscription;
  /** When their deadlines are, ms since 1970, rising; all of them far enough ahead to make the night ready. */
  readonly dues: readonly number[];
  /** A line of the server's log that somebody should look at. */
  readonly complain: (line: string) => void;
};

/**
 * Makes it ready in moved time, as reports five minutes before each deadline, and opens the real house, with its loops and
 * by the clock on the wall. Answers it, and when each is due, by its page's topic. @throws when a deadline passed meanwhile
 */
export async function openNight({ config, phone, dues, complain }: Night): Promise<{
  readonly house: House;
  readonly dueAt: ReadonlyMap<string, number>;
}> {
  const [first = 0] = dues;
  const said = (line: string, about: object = {}): void => {
    complain(`${line} ${JSON.stringify(about)}`);
  };
  const log = { info: () => undefined, warn: said, error: said };
  const clock = movedClock(first - delay);
  const inside = { transports: screen, isDriven: true };
  const before = await openHouse({ config, clock, log }, inside);
  const { door, writer, db } = before.parts;
  const applied = await door.apply(
    { document: directory, prune: false, dryRun: false },
    'operator',
  );
  if (!applied.ok) throw new Error(JSON.stringify(applied.refusal));
  const { seal } = openSealer(config.secret);
  await writer.addContactMethod({ ...methodOf('otto'), kind: 'screen' });
  await writer.addContactMethod({
    ...methodOf('mara'),
    kind: 'push',
    address: seal(JSON.stringify(phone), addressOf(methodOf('mara').id)),
  });
  for (const due of dues) {
    clock.forward(due - delay - clock.now());
    const claim = { wall: clock.now(), offsetBefore: null, offsetAfter: 0 };
    const args = reportArgs('Cold store 4 too warm', { severity: 'S1' });
    const command = { name: 'report', args } as const;
    const settled = await writer.command({ uid: ulid(), claim, person: 'ada', command });
    if (settled.outcome !== 'applied') throw new Error(JSON.stringify(settled));
  }
  await before.look();
  clock.forward(systemClock.now() - clock.now());
  const rows = await db.read.selectFrom('due').selectAll().where('kind', '=', 'ticket').execute();
  await before.close();
  if (rows.length !== dues.length) throw new Error(`${rows.length} deadlines`);

  const house = await openHouse({ config, clock: systemClock, log });
  if (systemClock.now() > first) throw new Error('making the night ready took too long');
  return { house, dueAt: new Map(rows.map(({ id, due_at }) => [tagOf(id, 'mara'), due_at])) };
}
