/**
 * The one writer loop (sync.md, section 2): everything that changes a synced row queues here. The loop takes what
 * waits, loads it, computes all of it in memory, then writes it with a few statements and commits once.
 */

import { randomUUID } from 'node:crypto';
import type { Instant } from '@rung/domain/base/time.ts';
import { may } from '@rung/domain/access/may.ts';
import { must } from '@rung/domain/base/must.ts';
import type { Change, Person } from '@rung/domain/directory/directory.ts';
import type { ContactMethod, Notification } from '@rung/domain/paging/notification.ts';
import type { Clock } from '../clock.ts';
import { beat, touch } from '../db/alive.ts';
import {
  addDevice,
  type Contact,
  devicesById,
  type NewDevice,
  revokeDevice,
  revokeSilent,
  saveContact,
  sweepDevices,
} from '../db/devices.ts';
import { sweepLeft } from '../db/members.ts';
import { addDemoMark, type DemoMark, demoMark } from '../db/demo.ts';
import type { DirectoryCache } from '../db/directory.ts';
import type { Deadline } from '../db/due.ts';
import { type Box, keepBox } from '../db/dropbox.ts';
import { addFolderMark, type FileRow, folderMark } from '../db/files.ts';
import { drawEpoch } from '../db/head.ts';
import { claimNotifications, sweepChecks, toNotification } from '../db/notifications.ts';
import type { CompiledQuery, Database } from '../db/open.ts';
import { addPushKey, type PushKey, pushKey } from '../db/push-key.ts';
import type { Settled } from '../db/settled.ts';
import type { Log } from '../log.ts';
import { type Advanced, dueItem } from './advance-due.ts';
import { type ArrivedCommand, commandItem } from './apply-command.ts';
import { Busy, Locked } from './errors.ts';
import { deviceCommandItem, type Placed, type SentByDevice } from './device-command.ts';
import { commitGroup } from './group.ts';
import { materialisedBy } from './materialise.ts';
import { alarmItem } from './pager.ts';
import { pictureItem } from './picture.ts';
import { refold } from './refold.ts';
import { type Listener, openQueue } from './queue.ts';
import { outcomeItem, type Receipt, receiptItem, type Tried } from './record-outcome.ts';
import {
  checkItem,
  type NewSubscription,
  type OwnDevice,
  subscribeItem,
  unsubscribeItem,
} from './subscription.ts';
import { noEffect, type World } from './world.ts';

/** Of one person at a time; boxes of one device, and of one person. More is somebody's mistake, or worse. */
const mostDevices = 50;
const mostBoxes = { ofDevice: 20, ofPerson: 100 };
/** A device that was heard since keeps its rights, however many its person has. */
const silentMs = 30 * 24 * 3_600_000;

/** What an edit makes of the directory it finds: the changes to write (none = nothing), and what to answer. */
export type DirectoryEdit<Answer> = (world: Pick<World, 'directory' | 'teamsInUse' | 'now'>) => {
  readonly changes: readonly Change[];
  readonly answer: Answer;
};

export type Writer = {
  /** Names this writer among those of one database, in what it tells the others. */
  readonly origin: string;
  /** Settles a command: at most once for its uid, for ever. @throws Busy */
  command(arrived: ArrivedCommand): Promise<Settled>;
  /** The same for one of a device's outbox, at most once for its id too. @throws Busy, and what is a defect of ours. */
  deviceCommand(sent: SentByDevice): Promise<Placed>;
  /** Writes that a device was heard; not where somebody else has it, because the next contact says it again. @throws Busy */
  heardFrom(contact: Contact): Promise<void>;
  /** Forgets marks from before this moment; a device that did not ask since gets a snapshot. @throws Busy */
  sweepMarks(before: Instant): Promise<void>;
  /** Forgets what removed devices did, by when they were removed, and after long they themselves. @throws Busy */
  sweepDevices(before: Instant, longBefore: Instant): Promise<void>;
  /** Forgets checks of pagers from before this moment, and how they were tried. @throws Busy */
  sweepChecks(before: Instant): Promise<void>;
  /**
   * Does what is due. `locked`: another process has its ticket; `fault`: it threw, and was put off. @throws Busy
   */
  advance(due: Deadline): Promise<Advanced | 'locked' | 'fault'>;
  /** Makes it due now. @throws Busy */
  arm(deadline: Deadline): Promise<void>;
  /** Takes what is to be sent, at most `most`, for as long as the lease. @throws Busy */
  claim(now: Instant, leaseUntil: Instant, most: number): Promise<readonly Notification[]>;
  /** Writes how a try at a notification ended. @throws Busy */
  record(tried: Tried): Promise<void>;
  /** Adds a contact method, or puts another address in its place. @throws Busy */
  addContactMethod(method: ContactMethod): Promise<void>;
  /**
   * Writes where a device takes pushes, `address` being sealed. A new subscription is checked now; another device of its
   * person that has the same browser's loses it. @throws Busy
   */
  subscribe(subscription: NewSubscription): Promise<void>;
  /** The device takes no pushes any more. @throws Busy */
  unsubscribe(device: OwnDevice): Promise<void>;
  /** Makes the check of the device's pager due `at`, in the place of one that it awaits; nothing where it has none that works. @throws Busy */
  checkPager(device: OwnDevice & { readonly at: Instant }): Promise<void>;
  /** Writes what a device showed; nothing for what was not sent to this very device, or is known. @throws Busy */
  receive(receipt: Receipt): Promise<void>;
  /** A push service refuses us: all who administer are told, at most once an hour. @throws Busy */
  alarm(trouble: { readonly host: string; readonly detail: string }): Promise<void>;
  /** Keeps the key that push services know us by, unless there is one; answers the one that there is. @throws Busy */
  keepPushKey(key: PushKey): Promise<PushKey>;
  /** The bytes of a declared picture are here, whole and of its hash: its ticket says so, once. @throws Busy */
  storePicture(picture: Pick<FileRow, 'id' | 'ticket' | 'hash'>): Promise<void>;
  /** Keeps the mark of the folder of files, unless there is one; answers the one that there is. @throws Busy */
  keepFolderMark(mark: string): Promise<string>;
  /** Marks the database as one of made-up people, unless it is; answers the mark. @throws Busy */
  keepDemoMark(mark: DemoMark): Promise<DemoMark>;
  /** Edits the directory. What `edit` refuses is its own answer, and writes nothing. @throws Busy */
  editDirectory<Answer>(by: string, edit: DirectoryEdit<Answer>): Promise<Answer>;
  /** Gives the database another epoch: devices get everything anew. @throws Busy */
  drawEpoch(): Promise<void>;
  /** Folds anew what other rules folded; at the start, before anybody reads. Answers how many. @throws Busy */
  refold(): Promise<number>;
  /**
   * Writes that this process lives. Answers when servers last lived again after downtime; null = never. `isUnbroken`: it
   * lived all the time since the last, because somebody moves its clock. @throws Busy
   */
  beat(now: Instant, isUnbroken?: boolean): Promise<Instant | null>;
  /**
   * Writes a new device. Where its person has `mostDevices` already, the longest silent loses its rights; false = none of
   * them is silent enough, or something waits on each. @throws Busy
   */
  registerDevice(device: NewDevice): Promise<boolean>;
  /** Takes the person's device its rights; false = he has no such device. @throws Busy */
  revokeDevice(device: Pick<NewDevice, 'id' | 'person' | 'at'>): Promise<boolean>;
  /** Keeps what a device left; false = it, or its person, has left `mostBoxes` already. @throws Busy */
  keepBox(box: Box): Promise<boolean>;
  /** Writes without changing anything, to find out whether it can. @throws Busy */
  probe(): Promise<void>;
  /** Calls back after every commit. */
  onCommit(listener: Listener): void;
  /** Takes nothing new and resolves when everything that waited is written or answered. */
  close(): Promise<void>;
};

export function openWriter({
  db,
  directory,
  clock,
  log,
}: {
  readonly db: Database;
  readonly directory: DirectoryCache;
  readonly clock: Clock;
  readonly log: Log;
}): Writer {
  const listeners: Listener[] = [];
  const origin = randomUUID();
  const queue = openQueue(
    (items) => commitGroup({ db, directory, clock, origin }, items),
    listeners,
    log,
  );
  const { submit } = queue;

  /** One statement that changes nothing of what devices hold. */
  async function alone<Row>(statement: CompiledQuery<Row>): Promise<readonly Row[]> {
    if (queue.isClosed) throw new Busy('the server is stopping');
    try {
      return await db.writer.run(statement);
    } catch (cause) {
      throw new Busy('the database could not write', { cause });
    }
  }

  return {
    origin,
    command: (arrived) => submit(commandItem(arrived)),
    deviceCommand: (sent) => submit(deviceCommandItem(sent)),
    heardFrom: async (contact) => void (await alone(saveContact(db, contact))),
    async sweepMarks(before) {
      for (const statement of sweepLeft(db, before)) await alone(statement);
    },
    async sweepDevices(before, longBefore) {
      for (const statement of sweepDevices(db, before, longBefore)) await alone(statement);
    },
    async sweepChecks(before) {
      for (const statement of sweepChecks(db, before)) await alone(statement);
    },
    async advance(due) {
      try {
        return await submit(dueItem(due));
      } catch (error) {
        if (error instanceof Locked) return 'locked';
        if (error instanceof Busy) throw error;
        log.error('a deadline threw; it is tried again later', { ...due, error });
        return 'fault';
      }
    },
    arm: (deadline) =>
      submit({
        apply: ({ now }) => {
          return {
            answer: undefined,
            effect: { ...noEffect, dues: [{ ...deadline, dueAt: now }] },
          };
        },
      }),
    async claim(now, leaseUntil, most) {
      return (await alone(claimNotifications(db, { now, leaseUntil, most }))).map(toNotification);
    },
    async record(tried) {
      await submit(outcomeItem(tried));
    },
    addContactMethod: (method) =>
      submit({
        apply: () => {
          const contactMethods = [{ ...method, fingerprint: null, toldAt: null }];
          return { answer: undefined, effect: { ...noEffect, contactMethods } };
        },
      }),
    subscribe: (subscription) => submit(subscribeItem(subscription)),
    unsubscribe: (device) => submit(unsubscribeItem(device)),
    checkPager: (check) => submit(checkItem(check)),
    receive: (receipt) => submit(receiptItem(receipt)),
    alarm: ({ host }) => submit(alarmItem(host)),
    async keepPushKey(key) {
      await alone(addPushKey(db, key, clock.now()));
      return must((await db.look(pushKey(db)))[0], 'the key that was just kept');
    },
    storePicture: (picture) => submit(pictureItem(picture)),
    async keepFolderMark(mark) {
      await alone(addFolderMark(db, mark));
      return must((await db.look(folderMark(db)))[0], 'the mark that was just kept').mark;
    },
    async keepDemoMark(mark) {
      await alone(addDemoMark(db, mark));
      return must((await db.look(demoMark(db)))[0], 'the mark that was just kept');
    },
    editDirectory: (by, edit) =>
      submit({
        isEdit: true,
        apply(world) {
          const { changes, answer } = edit(world);
          const followed = materialisedBy(changes, world.now);
          const disabled = turnedBy(changes, (person) => !person.disabled);
          const deviceless = turnedBy(changes, mayHaveDevice);
          return {
            answer,
            effect: { ...noEffect, changes, by, ...followed, disabled, deviceless },
          };
        },
      }),
    drawEpoch: async () => void (await alone(drawEpoch(db, randomUUID()))),
    refold: () => refold(db, log, submit),
    async beat(now, isUnbroken) {
      return (await alone(beat(db, now, isUnbroken)))[0]?.resumedAt ?? null;
    },
    async registerDevice(device) {
      const { person, at } = device;
      const silent = { person, at, silentSince: at - silentMs };
      const [revoked] = await alone(revokeSilent(db, silent, mostDevices));
      if (revoked !== undefined) {
        log.info('a silent device was removed', { person, device: revoked.id });
      }
      return (await alone(addDevice(db, device, mostDevices))).length > 0;
    },
    async revokeDevice(device) {
      if ((await alone(revokeDevice(db, device))).length > 0) return true;
      const [known] = await db.look(devicesById(db, [device.id]));
      if (known?.person !== device.person) return false;
      throw new Busy('another server works on this device');
    },
    keepBox: async (box) => (await alone(keepBox(db, box, mostBoxes))).length > 0,
    probe: async () => void (await alone(touch(db))),
    onCommit: (listener) => void listeners.push(listener),
    close: queue.close,
  };
}

/** People of whom this was so before these changes, and is not after them. */
function turnedBy(changes: readonly Change[], was: (person: Person) => boolean): readonly string[] {
  return changes.flatMap((change) => {
    if (change.kind !== 'person' || change.before === null || !was(change.before)) return [];
    return change.after !== null && was(change.after) ? [] : [change.key];
  });
}

function mayHaveDevice({ disabled, roles }: Person): boolean {
  return !disabled && may({ kind: 'person', person: '', roles }, 'sync.exchange');
}
