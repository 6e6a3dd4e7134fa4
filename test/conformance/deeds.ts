/** What crash.test.ts lets a process do while it dies, and does again afterwards. */

import { must } from '@rung/domain/base/must.ts';
import { planDirectory } from '@rung/domain/directory/plan.ts';
import { parseDirectory } from '@rung/protocol/directory/parse.ts';
import { openWriter, type Writer } from '../../server/src/apply/writer.ts';
import { openDirectoryCache } from '../../server/src/db/directory.ts';
import { type Database, openDatabase } from '../../server/src/db/open.ts';
import { reportArgs } from '../harness/command.ts';
import { coldStore } from '../harness/cold-store.ts';
import { methodOf } from '../harness/recorder.ts';

/** A Saturday: Mara is on call. */
export const reportedAt = Date.parse('2026-11-21T12:00:00Z');
const minute = 60_000;
const ticket = '01KC0000000000000000000001';
const picture = { file: '01KC0000000000000000000004', hash: 'ab'.repeat(32) };
const people = ['mara', 'otto', 'lena', 'ada'];

/** The world the deeds are done in: a ticket whose first step has fired, everybody reachable, the pages not sent yet. */
export async function prepare(databaseUrl: URL): Promise<void> {
  await within(databaseUrl, reportedAt, async (writer) => {
    await editTo(writer, coldStore);
    for (const person of people) {
      await writer.addContactMethod(methodOf(person));
      await writer.addContactMethod(methodOf(person, 2));
    }
    const args = { ...reportArgs('pump 3 leaks', { severity: 'S1', site: 'oven-hall' }), ticket };
    await writer.command(arrived('01KC0000000000000000000002', 'berta', { name: 'report', args }));
  });
}

/** Does something, in one commit or several; calls back after each. */
export type Deed = (writer: Writer, now: number, committed: () => Promise<void>) => Promise<void>;

type Known = {
  /** When it is done, ms after the report. */
  readonly afterMs: number;
  /** How much later it is done again: what a dead process has taken has a lease. */
  readonly againAfterMs: number;
  readonly deed: Deed;
};

export const deeds = {
  'a step that fires': {
    afterMs: 5 * minute,
    againAfterMs: 0,
    async deed(writer, _, committed) {
      await writer.advance({ kind: 'ticket', id: ticket });
      await committed();
    },
  },
  'an acknowledgement': {
    afterMs: minute,
    againAfterMs: 0,
    async deed(writer, _, committed) {
      const args = { ticket, seen: { generation: 1, severity: 'S1' } } as const;
      const command = { name: 'acknowledge', args } as const;
      await writer.command(arrived('01KC0000000000000000000003', 'mara', command));
      await committed();
    },
  },
  'a page that is taken, sent and seen': {
    afterMs: 0,
    againAfterMs: 15_000,
    async deed(writer, now, committed) {
      const taken = await writer.claim(now, now + 15_000, 50);
      await committed();
      for (const { id, attempts } of taken) {
        const outcome = { kind: 'displayed' } as const;
        await writer.record({ notification: id, attempts, address: null, outcome });
        await committed();
      }
    },
  },
  'a picture that is attached, and then here': {
    afterMs: minute,
    againAfterMs: 0,
    async deed(writer, _, committed) {
      const args = { ticket, ...picture, size: 1000, type: 'image/jpeg', thumbnail: null } as const;
      await writer.command(arrived('01KC0000000000000000000005', 'mara', { name: 'attach', args }));
      await committed();
      await writer.storePicture({ id: picture.file, ticket, hash: picture.hash });
      await committed();
    },
  },
  'an edit of the directory': {
    afterMs: minute,
    againAfterMs: 0,
    async deed(writer, _, committed) {
      await editTo(writer, edited);
      await committed();
    },
  },
} as const satisfies Record<string, Known>;

export type DeedName = keyof typeof deeds;

/** Opens the database, with a writer whose clock stands at `now`. */
export async function within<Answer>(
  databaseUrl: URL,
  now: number,
  work: (writer: Writer, db: Database) => Promise<Answer>,
): Promise<Answer> {
  const db = await openDatabase(databaseUrl);
  const clock = { now: () => now };
  const writer = openWriter({ db, directory: openDirectoryCache(db), clock, log: quiet });
  try {
    return await work(writer, db);
  } finally {
    await writer.close();
    await db.close();
  }
}

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Another rota, a site more, a person who is gone. */
const edited = {
  ...coldStore,
  people: { ...coldStore.people, klara: { ...coldStore.people.klara, disabled: true } },
  sites: { ...coldStore.sites, attic: { name: 'Attic', client: 'bakery' } },
  schedules: {
    week: {
      ...coldStore.schedules.week,
      layers: [{ handover: 'mon 08:00', from: '2026-11-16', people: ['otto', 'mara'] }],
    },
  },
};

async function editTo(writer: Writer, document: object): Promise<void> {
  const draft = parseDirectory(document);
  if (!draft.ok) throw new Error(JSON.stringify(draft.refusal));
  await writer.editDirectory('ada', ({ directory }) => ({
    changes: planDirectory(directory, draft.value, { prune: false }),
    answer: null,
  }));
}

type Arrived = Parameters<Writer['command']>[0];

function arrived(uid: string, person: string, command: Arrived['command']): Arrived {
  return { uid, person, command, claim: { wall: 0, offsetBefore: null, offsetAfter: reportedAt } };
}

/** The deed of that name. @throws when there is none */
export function deedOf(name: string): Known {
  return must(new Map<string, Known>(Object.entries(deeds)).get(name), `no deed: ${name}`);
}
