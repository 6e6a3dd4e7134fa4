import { must } from '@rung/domain/base/must.ts';
import type { Instant } from '@rung/domain/base/time.ts';
import type { Directory } from '@rung/domain/directory/directory.ts';
import { directoryAt } from '@rung/domain/directory/directory-at.ts';
import type { Notification } from '@rung/domain/paging/notification.ts';
import type { Clock } from '../clock.ts';
import { fold } from '@rung/domain/ticket/evolve.ts';
import { foldVersion } from '@rung/domain/ticket/ticket.ts';
import { contactMethodsById, contactMethodsOf } from '../db/contact-methods.ts';
import { type DirectoryCache, directoryLog, lastEditAt } from '../db/directory.ts';
import { commandsAt, suspectsAt } from '../db/device-commands.ts';
import { devicesById, lockDevices } from '../db/devices.ts';
import { type Deadline, dueOf } from '../db/due.ts';
import { faultsOf } from '../db/faults.ts';
import { filesById } from '../db/files.ts';
import { headVersion } from '../db/head.ts';
import {
  lastTroubles,
  notificationsById,
  notificationsOfPages,
  toNotification,
} from '../db/notifications.ts';
import type { CompiledQuery, Database, Transaction } from '../db/open.ts';
import { pagesById } from '../db/pages.ts';
import { settledByUid } from '../db/settled.ts';
import { logsOf, toEvent } from '../db/events.ts';
import {
  existingTickets,
  lockTickets,
  type StoredTicket,
  teamsWithOpenTickets,
  toTicketRow,
} from '../db/tickets.ts';
import type { Item } from './item.ts';
import { keyOf, type Kept, placeOf, type World } from './world.ts';

/** The world that the items need, and the devices and tickets of theirs that somebody else has locked. */
export type Loaded = { readonly world: World; readonly locked: ReadonlySet<string> };

/**
 * Reads what the items need: first devices, then tickets, locked, then everything else, so that nothing read is older
 * than the lock (sync.md, "Locks"). The queries of each step leave together.
 */
export async function load(
  tx: Transaction,
  db: Database,
  directory: DirectoryCache,
  clock: Clock,
  items: readonly Item[],
): Promise<Loaded> {
  const all = <Row, Key>(
    keys: readonly Key[],
    query: (keys: readonly Key[]) => CompiledQuery<Row>,
  ) => (keys.length === 0 ? Promise.resolve([]) : tx.all(query(keys)));
  const isEdit = items.some((item) => item.isEdit === true);
  const ids = unique(items.flatMap((item) => item.tickets ?? [])).sort();
  // The version before anything else: whatever is read after it is as new or newer, and an edit commits only if nothing was.
  const places = items.flatMap(({ device }) =>
    device === undefined ? [] : [{ device: device.id, n: device.n }],
  );
  const deviceIds = unique([
    ...places.map(({ device }) => device),
    ...items.flatMap((item) => item.devices ?? []),
  ]).sort();
  const [heads, devices, stored] = await Promise.all([
    isEdit ? tx.all(headVersion(db)) : [],
    all(deviceIds, (some) => lockDevices(db, some)),
    all(ids, (some) => lockTickets(db, some)),
  ]);

  const known = new Map(stored.map((row) => [row.id, row]));
  const missing = ids.filter((id) => !known.has(id));
  const dues = items.flatMap((item) => item.due ?? []);
  const pageIds = unique(items.flatMap((item) => item.pages ?? []));
  const heldDevices = new Map(devices.map((row) => [row.id, row]));
  const missingDevices = deviceIds.filter((id) => !heldDevices.has(id));
  const [
    others,
    settled,
    teams,
    edits,
    due,
    faults,
    pages,
    ofPages,
    byId,
    otherDevices,
    before,
    suspects,
    asked,
    alarms,
    files,
  ] = await Promise.all([
    all(missing, (some) => existingTickets(db, some)),
    all(unique(items.flatMap((item) => item.uid ?? [])), (some) => settledByUid(db, some)),
    isEdit ? tx.all(teamsWithOpenTickets(db)) : [],
    isEdit ? tx.all(lastEditAt(db)) : [],
    all(dues, (some: readonly Deadline[]) => dueOf(db, some)),
    all(dues, (some: readonly Deadline[]) => faultsOf(db, some)),
    all(pageIds, (some) => pagesById(db, some)),
    all(pageIds, (some) => notificationsOfPages(db, some)),
    all(unique(items.flatMap((item) => item.notifications ?? [])), (some) =>
      notificationsById(db, some),
    ),
    all(missingDevices, (some) => devicesById(db, some)),
    all(places, (some) => commandsAt(db, some)),
    all(places, (some) => suspectsAt(db, some)),
    all(unique(items.flatMap((item) => item.methods ?? [])), (some) =>
      contactMethodsById(db, some),
    ),
    all(unique(items.flatMap((item) => item.hosts ?? [])), (some) => lastTroubles(db, some)),
    all(unique(items.flatMap((item) => item.files ?? [])), (some) => filesById(db, some)),
  ]);
  const sent = [...ofPages, ...byId];
  const older = stored.filter((row) => row.foldVersion < foldVersion);
  const people = unique([
    ...sent.map(({ person }) => person),
    ...items.flatMap((item) => item.people ?? []),
  ]);
  const [methods, checks, logs, current] = await Promise.all([
    all(people, (some) => contactMethodsOf(db, some)),
    all(unique(asked.flatMap(({ check }) => check ?? [])), (some) => notificationsById(db, some)),
    all(
      older.map(({ id }) => id),
      (some) => logsOf(db, some),
    ),
    directory.fresh((query) => tx.all(query)),
  ]);

  const notifications = [...sent, ...checks].map(toNotification);
  const rowsOf = Map.groupBy(logs, ({ ticket }) => ticket);
  const world: World = {
    // Under the locks: a process that slept before it had them must not write that it is earlier than it is. And the log
    // of the directory is asked "as of when": a clock that jumped back must not put an edit before the last.
    now: Math.max(clock.now(), edits[0]?.at ?? 0),
    ver: heads[0]?.ver ?? 0,
    directory: current,
    past: new Map(),
    tickets: new Map(stored.map((row) => [row.id, reader(row, rowsOf.get(row.id))])),
    stored: known,
    settled: new Map(settled.map((row) => [row.uid, row])),
    notifications: new Map(notifications.map((row): [string, Notification] => [row.id, row])),
    pages: new Map(pages.map((row) => [row.id, row])),
    // Whole people's first: theirs are in order.
    methods: new Map([...methods, ...asked].map((row) => [row.id, row])),
    alarms: new Map(alarms.map(({ host, at }) => [host, at])),
    dues: new Map(due.map((row) => [keyOf(row), row.dueAt])),
    faults: new Map(faults.map((row) => [keyOf(row), row])),
    devices: heldDevices,
    deviceCommands: new Map(before.map((row) => [placeOf(row.device, row.n), row])),
    suspects: new Map(suspects.map((row) => [placeOf(row.device, row.n), row])),
    files: new Map(files.map((row) => [row.id, row])),
    teamsInUse: new Set(teams.map((row) => row.team)),
  };
  return {
    world: { ...world, past: await pastOf(tx, db, world, items) },
    // What newer rules folded is left to the process that has them, as if it held the lock.
    locked: new Set([
      ...otherDevices.map(({ id }) => id),
      ...others.map(({ id }) => id),
      ...stored.filter((row) => row.foldVersion > foldVersion).map(({ id }) => id),
    ]),
  };
}

/** Reads the fold once, when somebody asks; of one that older rules made its log is folded. */
function reader(row: StoredTicket, log: Parameters<typeof toEvent>[0][] = []): () => Kept {
  let kept: Kept | null = null;
  return () => (kept ??= row.foldVersion < foldVersion ? folded(row, log) : toTicketRow(row));
}

function folded({ id, number, seq }: StoredTicket, log: Parameters<typeof toEvent>[0][]): Kept {
  return { number, seq, ticket: must(fold(log.map(toEvent)), `${id} has no events`) };
}

/** The directory as of the instant that an item asks for. Rare: its whole log is read. */
async function pastOf(
  tx: Transaction,
  db: Database,
  world: World,
  items: readonly Item[],
): Promise<ReadonlyMap<string, Directory>> {
  const wanted = items.flatMap((item) => {
    const instant = asOf(item, world);
    return instant === null || item.uid === undefined ? [] : [[item.uid, instant] as const];
  });
  if (wanted.length === 0) return world.past;
  const log = await directoryLog((query) => tx.all(query), db);
  return new Map(wanted.map(([uid, instant]) => [uid, directoryAt(log, instant)]));
}

/** What throws here throws again when the item is applied, and is its defect there. */
function asOf(item: Item, world: World): Instant | null {
  try {
    return item.asOf?.(world) ?? null;
  } catch {
    return null;
  }
}

function unique(keys: readonly string[]): string[] {
  return [...new Set(keys)];
}
