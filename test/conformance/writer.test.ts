import { must } from '@rung/domain/base/must.ts';
import { exampleDirectory } from '@rung/domain/directory/example.ts';
import { kinds } from '@rung/domain/directory/directory.ts';
import { fold } from '@rung/domain/ticket/evolve.ts';
import { type Kysely, sql } from 'kysely';
import { ulid } from 'ulid';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Busy } from '../../server/src/apply/errors.ts';
import { openWriter, type Writer } from '../../server/src/apply/writer.ts';
import { directoryAt } from '@rung/domain/directory/directory-at.ts';
import { chunks } from '../../server/src/db/chunks.ts';
import { directoryEvents, openDirectoryCache } from '../../server/src/db/directory.ts';
import { type Database, openDatabase } from '../../server/src/db/open.ts';
import { addMembers, removeMembers } from '../../server/src/db/members.ts';
import { ConnectionLost } from '../../server/src/db/trouble.ts';
import { eventsOf } from '../../server/src/db/events.ts';
import { newestTickets } from '../../server/src/db/ticket-lists.ts';
import { ticketById } from '../../server/src/db/tickets.ts';
import { reportArgs } from '../harness/command.ts';
import { dialects, freshPlace, type Place } from '../harness/dialects.ts';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const clock = { now: () => 1_795_288_000_000 };

/** A device whose clock is right, acting now. */
const claim = { wall: clock.now(), offsetBefore: null, offsetAfter: 0 };

function report(title: string, more: Partial<ReturnType<typeof reportArgs>> = {}) {
  return { name: 'report' as const, args: reportArgs(title, { severity: 'S2', ...more }) };
}

/** The example company, as an edit of whatever directory there is. */
const toExample = () => ({
  changes: kinds.flatMap((kind) =>
    [...exampleDirectory[kind]].map(
      ([key, after]) => ({ kind, key, before: null, after }) as never,
    ),
  ),
  answer: null,
});

describe.each(dialects)('the writer loop on %s', (dialect) => {
  let place: Place;
  let db: Database;
  let writer: Writer;

  const open = async () => {
    db = await openDatabase(place.databaseUrl);
    writer = openWriter({ db, directory: openDirectoryCache(db), clock, log: quiet });
  };
  beforeEach(async () => {
    place = await freshPlace(dialect);
    await open();
    await writer.editDirectory('setup', toExample);
  });
  /** The same database, opened by somebody else. */
  const anotherProcess = async () => {
    const theirs = await openDatabase(place.databaseUrl);
    const directory = openDirectoryCache(theirs);
    const theirWriter = openWriter({ db: theirs, directory, clock, log: quiet });
    return {
      writer: theirWriter,
      async close() {
        await theirWriter.close();
        await theirs.close();
      },
    };
  };
  afterEach(async () => {
    await writer.close();
    await db.close();
    await place.remove();
  });

  test('a report becomes a ticket with the next number, its log, and where it went', async () => {
    const command = report('pump 3 leaks', { site: 'cellar' });
    const settled = await writer.command({ uid: ulid(), claim, person: 'otto', command });
    expect(settled).toMatchObject({ outcome: 'applied', ticket: command.args.ticket });
    const row = must(await ticketById(db, command.args.ticket), 'the ticket');
    expect(row).toMatchObject({ number: 1001, seq: 5, ticket: { team: 'cold', client: 'bakery' } });
    const log = await eventsOf(db, command.args.ticket);
    expect(log.map((event) => [event.seq, event.name, event.cause])).toEqual([
      [1, 'reported', settled.uid],
      [2, 'routed', `${command.args.ticket}.1.1`],
      [3, 'run-started', `${command.args.ticket}.1.2`],
      [4, 'rung-fired', `${command.args.ticket}.1.3`],
      [5, 'rung-armed', `${command.args.ticket}.1.4`],
    ]);
    expect(fold(log)).toEqual(row.ticket);
  });

  test('a hundred at once get a number each, without gaps', async () => {
    const settled = await Promise.all(
      Array.from({ length: 250 }, (_, n) =>
        writer.command({ uid: ulid(), claim, person: 'otto', command: report(`no ${n}`) }),
      ),
    );
    expect(new Set(settled.map((one) => one.outcome))).toEqual(new Set(['applied']));
    const rows = await newestTickets(db, { all: true }, 1000);
    const numbers = rows.map((row) => row.number).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 250 }, (_, n) => 1001 + n));
  });

  test('the same uid counts once, however often and however close together it comes', async () => {
    const arrived = { uid: ulid(), claim, person: 'otto', command: report('once') };
    const together = await Promise.all([1, 2, 3].map(() => writer.command(arrived)));
    const later = await writer.command(arrived);
    for (const settled of [...together, later]) {
      expect(settled).toMatchObject({ outcome: 'applied', ticket: arrived.command.args.ticket });
    }
    expect(await newestTickets(db, { all: true }, 10)).toHaveLength(1);
  });

  test('somebody else’s uid shows nothing of what it did, and stays his', async () => {
    const arrived = { uid: ulid(), claim, person: 'otto', command: report('mine') };
    await writer.command(arrived);
    expect(await writer.command({ ...arrived, person: 'klara' })).toMatchObject({
      outcome: 'rejected',
      code: 'not-permitted',
      ticket: null,
    });
    expect(await writer.command(arrived)).toMatchObject({ outcome: 'applied' });
  });

  test('a uid that was another command’s is refused, so that nothing typed is taken for sent', async () => {
    const uid = ulid();
    await writer.command({ uid, claim, person: 'otto', command: report('one') });
    const other = { uid, claim, person: 'otto', command: report('two') };
    expect(await writer.command(other)).toMatchObject({ outcome: 'rejected', code: 'uid-used' });
    expect(await newestTickets(db, { all: true }, 10)).toHaveLength(1);
  });

  test('no clock dates a report before what a device may have kept', async () => {
    const command = report('old');
    const old = { wall: 0, offsetBefore: null, offsetAfter: 0 };
    await writer.command({ uid: ulid(), claim: old, person: 'otto', command });
    const { ticket } = must(await ticketById(db, command.args.ticket), 'the ticket');
    expect(ticket.reportedAt).toBe(clock.now() - 30 * 86_400_000);
  });

  test('a refusal is remembered and stops nothing else', async () => {
    const bad = {
      uid: ulid(),
      claim,
      person: 'otto',
      command: report('where?', { site: 'nowhere' }),
    };
    const [refused, good] = await Promise.all([
      writer.command(bad),
      writer.command({ uid: ulid(), claim, person: 'otto', command: report('fine') }),
    ]);
    expect(refused).toMatchObject({ outcome: 'rejected', code: 'unknown-site' });
    expect(good).toMatchObject({ outcome: 'applied' });
    expect(await writer.command(bad)).toMatchObject({ outcome: 'rejected', code: 'unknown-site' });
  });

  test('an item that throws leaves nothing behind and delays no other', async () => {
    const broken = writer.editDirectory('ada', () => {
      throw new Error('defect: planted');
    });
    const good = writer.command({ uid: ulid(), claim, person: 'otto', command: report('fine') });
    await expect(broken).rejects.toThrow('planted');
    expect(await good).toMatchObject({ outcome: 'applied' });
  });

  test('what the database refuses is tried alone, so that it harms only itself', async () => {
    // Text that Postgres refuses and SQLite takes cannot come through the wire; here it is planted behind it.
    const title = dialect === 'postgres' ? 'nul\u0000' : 'x';
    const bad = report(title, { ticket: dialect === 'postgres' ? `bad\u0000` : (null as never) });
    const outcomes = await Promise.allSettled([
      writer.command({ uid: ulid(), claim, person: 'otto', command: report('before') }),
      writer.command({ uid: ulid(), claim, person: 'otto', command: bad }),
      writer.command({ uid: ulid(), claim, person: 'otto', command: report('after') }),
    ]);
    expect(outcomes.map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    const titles = (await newestTickets(db, { all: true }, 10)).map((row) => row.ticket.title);
    expect(titles.sort()).toEqual(['after', 'before']);
  });

  test('what comes later in a group sees an edit that came before', async () => {
    const site = { name: 'New', client: 'bakery', zone: null, address: null, team: null };
    const [, settled] = await Promise.all([
      writer.editDirectory('ada', () => ({
        changes: [{ kind: 'site', key: 'new', before: null, after: site }],
        answer: null,
      })),
      writer.command({ uid: ulid(), claim, person: 'otto', command: report('x', { site: 'new' }) }),
    ]);
    expect(settled).toMatchObject({ outcome: 'applied' });
  });

  test('an edit knows the teams of open tickets only', async () => {
    const command = report('x', { team: 'air' });
    await writer.command({ uid: ulid(), claim, person: 'dora', command });
    const inUse = () =>
      writer.editDirectory('ada', ({ teamsInUse }) => ({ changes: [], answer: [...teamsInUse] }));
    expect(await inUse()).toEqual(['air']);
    const { ticket } = command.args;
    const seen = { generation: 1, severity: 'S2' } as const;
    const resolve = { name: 'resolve', args: { ticket, seen, resolution: '' } } as const;
    await writer.command({ uid: ulid(), claim, person: 'dora', command: resolve });
    expect(await inUse()).toEqual([]);
  });

  test('an edit knows the teams of tickets that were reported right before it', async () => {
    const [, inUse] = await Promise.all([
      writer.command({ uid: ulid(), claim, person: 'otto', command: report('x', { team: 'air' }) }),
      writer.editDirectory('ada', ({ teamsInUse }) => ({ changes: [], answer: [...teamsInUse] })),
    ]);
    expect(inUse).toEqual(['air']);
  });

  test('the directory’s log folds to the directory, also when the clock jumps back', async () => {
    let at = 5000;
    const jumping = openWriter({
      db,
      directory: openDirectoryCache(db),
      clock: { now: () => at },
      log: quiet,
    });
    const renameTo = (name: string) =>
      jumping.editDirectory('ada', ({ directory }) => {
        const before = must(directory.site.get('cellar'), 'cellar');
        return {
          changes: [{ kind: 'site', key: 'cellar', before, after: { ...before, name } }],
          answer: null,
        };
      });
    await renameTo('first');
    at = 1000;
    await renameTo('second');
    const events = await directoryEvents(db);
    expect(events.map((event) => event.at)).toEqual(events.map((event) => event.at).sort());
    const stored = await openDirectoryCache(db).fresh();
    expect(directoryAt(events, Number.MAX_SAFE_INTEGER)).toEqual(stored);
    expect(stored.site.get('cellar')?.name).toBe('second');
  });

  test('while the database is down everybody who waits is told at once', async () => {
    let commits = 0;
    const down = aroundCommit(db, () => {
      commits += 1;
      return Promise.reject(new ConnectionLost('planted'));
    });
    const shaken = openWriter({ db: down, directory: openDirectoryCache(db), clock, log: quiet });
    const all = await Promise.allSettled(
      Array.from({ length: 80 }, (_, n) =>
        shaken.command({ uid: ulid(), claim, person: 'otto', command: report(`no ${n}`) }),
      ),
    );
    expect(all.every((one) => one.status === 'rejected' && one.reason instanceof Busy)).toBe(true);
    expect(commits).toBe(2);
  });

  if (dialect === 'postgres') {
    test('a team that another process just gave a ticket cannot be taken away beside it', async () => {
      const other = await anotherProcess();
      let tries = 0;
      const slowed = aroundCommit(db, async (commit) => {
        tries += 1;
        if (tries === 1) {
          const command = report('meanwhile', { team: 'air' });
          await other.writer.command({ uid: ulid(), claim, person: 'otto', command });
        }
        return commit();
      });
      const racing = openWriter({
        db: slowed,
        directory: openDirectoryCache(db),
        clock,
        log: quiet,
      });
      const inUse = await racing.editDirectory('ada', ({ directory, teamsInUse }) => {
        const before = must(directory.team.get('desk'), 'desk');
        const after = { ...before, name: 'Front desk' };
        return { changes: [{ kind: 'team', key: 'desk', before, after }], answer: [...teamsInUse] };
      });
      expect(inUse).toEqual(['air']);
      expect(tries).toBe(2);
      await other.close();
    });

    test('an address with options of its own keeps readers from writing all the same', async () => {
      const url = new URL(place.databaseUrl);
      url.searchParams.set('options', '-c geqo=off');
      const other = await openDatabase(url);
      const rogue = other.read as unknown as Kysely<{ sync_head: { ver: number } }>;
      await expect(rogue.updateTable('sync_head').set({ ver: 7 }).execute()).rejects.toThrow(
        /read-only/,
      );
      await other.close();
    });
  }

  test('a disabled person’s command is refused, even when his session was still good', async () => {
    expect(
      await writer.command({ uid: ulid(), claim, person: 'gone', command: report('x') }),
    ).toMatchObject({ outcome: 'rejected', code: 'not-permitted' });
  });

  // Only several processes can do this, and SQLite has one.
  if (dialect === 'postgres') {
    test('an edit of the directory between computing and writing makes it compute again', async () => {
      const other = await anotherProcess();
      let edits = 0;
      const slowed = aroundCommit(db, async (commit) => {
        if (edits++ > 0) return commit();
        await other.writer.editDirectory('ada', ({ directory }) => {
          const before = must(directory.site.get('cellar'), 'cellar');
          const after = { ...before, team: 'air' };
          return { changes: [{ kind: 'site', key: 'cellar', before, after }], answer: null };
        });
        return commit();
      });
      const racing = openWriter({
        db: slowed,
        directory: openDirectoryCache(db),
        clock,
        log: quiet,
      });
      const command = report('moved', { site: 'cellar' });
      await racing.command({ uid: ulid(), claim, person: 'otto', command });
      expect(await ticketById(db, command.args.ticket)).toMatchObject({ ticket: { team: 'air' } });
      expect(edits).toBe(2);
      await other.close();
    });
  }

  if (dialect === 'postgres') {
    test('two processes that settle the same uid at the same moment settle it once', async () => {
      const other = await anotherProcess();
      const all = Array.from({ length: 40 }, (_, n) => ({
        uid: ulid(),
        claim,
        person: 'otto',
        command: report(`no ${n}`),
      }));
      const settled = await Promise.all(
        all.flatMap((arrived) => [writer.command(arrived), other.writer.command(arrived)]),
      );
      expect(settled.every((one) => one.outcome === 'applied')).toBe(true);
      expect(await newestTickets(db, { all: true }, 100)).toHaveLength(40);
      await other.close();
    });
  }

  test('a commit whose answer was lost is found settled, not done again', async () => {
    let isLost = true;
    const unsure = aroundCommit(db, async (commit) => {
      const row = await commit();
      if (isLost) {
        isLost = false;
        throw new ConnectionLost('planted');
      }
      return row;
    });
    const shaken = openWriter({ db: unsure, directory: openDirectoryCache(db), clock, log: quiet });
    const settled = await Promise.all(
      ['one', 'two'].map((title) =>
        shaken.command({ uid: ulid(), claim, person: 'otto', command: report(title) }),
      ),
    );
    expect(settled.map((one) => one.outcome)).toEqual(['applied', 'applied']);
    expect(await newestTickets(db, { all: true }, 10)).toHaveLength(2);
  });

  if (dialect === 'postgres') {
    test('connections that the database cuts are replaced; the same uid then goes through', async () => {
      await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`.execute(db.auth);
      const arrived = { uid: ulid(), claim, person: 'otto', command: report('after the cut') };
      await writer.command(arrived).catch((error: unknown) => expect(error).toBeInstanceOf(Busy));
      expect(await writer.command(arrived)).toMatchObject({ outcome: 'applied' });
      expect(await newestTickets(db, { all: true }, 10)).toHaveLength(1);
    });
  }

  test('a write past the writer fails: readers cannot, and built statements do not run', async () => {
    const rogue = db.read as unknown as Kysely<{ sync_head: { ver: number } }>;
    await expect(rogue.updateTable('sync_head').set({ ver: 7 }).execute()).rejects.toThrow(
      /read-?only/i,
    );
    await expect(db.build.updateTable('sync_head').set({ ver: 7 }).execute()).rejects.toThrow(
      /go through the writer/,
    );
    const looked = db.look(db.build.updateTable('sync_head').set({ ver: 7 }).compile());
    await expect(looked).rejects.toThrow(/it writes|read-only/);
  });

  test('more people at once than a condition has room for are taken from a ticket', async () => {
    const command = report('pump 3 leaks', { site: 'cellar' });
    const { ticket } = await writer.command({ uid: ulid(), claim, person: 'otto', command });
    const members = Array.from({ length: 1500 }, (_, n) => ({
      person: `person-${n}`,
      ticket: ticket ?? '',
    }));
    for (const { some } of chunks(members)) await db.writer.run(addMembers(db, some));
    const held = async () => {
      const rows = await db.read.selectFrom('ticket_person').select('person').execute();
      return rows.map(({ person }) => person).filter((person) => person.startsWith('person-'));
    };
    expect(await held()).toHaveLength(1500);
    for (const { some } of chunks(members.slice(1))) await db.writer.run(removeMembers(db, some));
    expect(await held()).toEqual(['person-0']);
  });

  test('text order is byte order', async () => {
    for (const title of ['b', 'B', 'a', 'ä', '_']) {
      const command = report(title, { ticket: `0${title}` });
      await writer.command({ uid: ulid(), claim, person: 'otto', command });
    }
    const rows = await db.read.selectFrom('ticket').select('id').orderBy('id').execute();
    expect(rows.map((row) => row.id)).toEqual(['0B', '0_', '0a', '0b', '0ä']);
  });

  test('what is committed is committed, whatever those who hear of it do', async () => {
    const logged: string[] = [];
    const log = { ...quiet, error: (message: string) => void logged.push(message) };
    const other = openWriter({ db, directory: openDirectoryCache(db), clock, log });
    other.onCommit(() => {
      throw new Error('planted');
    });
    const command = report('fine');
    const settled = await other.command({ uid: ulid(), claim, person: 'otto', command });
    expect(settled).toMatchObject({ outcome: 'applied' });
    expect(await eventsOf(db, command.args.ticket)).toHaveLength(5);
    expect(logged).toEqual(['a listener of the writer loop threw']);
  });

  test('nothing new is taken once it closes, and it waits until what waited is written', async () => {
    const command = report('last');
    const last = writer.command({ uid: ulid(), claim, person: 'otto', command });
    await writer.close();
    expect(await ticketById(db, command.args.ticket)).not.toBeNull();
    expect(await last).toMatchObject({ outcome: 'applied' });
    await expect(
      writer.command({ uid: ulid(), claim, person: 'otto', command: report('late') }),
    ).rejects.toThrow(Busy);
  });

  test('the heartbeat never moves back', async () => {
    await writer.beat(2000);
    await writer.beat(1000);
    const { rows } = await sql<{ at: number }>`select at from alive`.execute(
      db.auth as unknown as Kysely<unknown>,
    );
    expect(rows).toEqual([{ at: 2000 }]);
  });
});

/** The database with something around each commit. */
function aroundCommit(
  db: Database,
  around: (commit: () => Promise<boolean>) => Promise<boolean>,
): Database {
  return {
    ...db,
    writer: {
      ...db.writer,
      transact: (work) =>
        db.writer.transact((tx) =>
          work({
            ...tx,
            commit: (first, rest) => around(() => tx.commit(first, rest)),
          }),
        ),
    },
  };
}
