/**
 * What a group of the writer loop works on: everything it loaded, and everything it is going to write
 * (sync.md, "The writer loop, exactly"). Computing touches memory only.
 */

import type { Instant } from '@rung/domain/base/time.ts';
import type { Change, Directory } from '@rung/domain/directory/directory.ts';
import type { Message } from '@rung/domain/paging/message.ts';
import type { ContactMethod, Notification } from '@rung/domain/paging/notification.ts';
import type { TicketEvent } from '@rung/domain/ticket/events.ts';
import type { BrokenMethod, StoredMethod } from '../db/contact-methods.ts';
import type { DeviceCommand, Place, Quarantined, Suspect } from '../db/device-commands.ts';
import type { Device } from '../db/devices.ts';
import type { Deadline, Due } from '../db/due.ts';
import type { Fault } from '../db/faults.ts';
import type { FileRow } from '../db/files.ts';
import type { Attempt } from '../db/notifications.ts';
import type { PageRow } from '../db/pages.ts';
import type { Settled } from '../db/settled.ts';
import type { Shifts } from '../db/shifts.ts';
import type { StoredTicket, TicketRow } from '../db/tickets.ts';

/** A ticket as the server keeps it. `number` null = drawn by the commit of this group. */
export type Kept = Omit<TicketRow, 'number'> & { readonly number: number | null };

/** What one item does to the world. An item that throws has none, and leaves nothing behind. */
export type Effect = {
  readonly tickets: readonly Kept[];
  readonly events: readonly TicketEvent[];
  readonly settled: readonly Settled[];
  readonly changes: readonly Change[];
  /** Who made `changes`. */
  readonly by: string;
  readonly pages: readonly PageRow[];
  /** To be told to people: the group finds their contact methods and makes notifications of it. */
  readonly messages: readonly Message[];
  readonly notifications: readonly Notification[];
  readonly attempts: readonly Attempt[];
  /** New, or with another address: their people's pages that found nobody are looked at again. */
  readonly contactMethods: readonly StoredMethod[];
  /** Contact methods that are no more, by id. */
  readonly removedMethods: readonly string[];
  /** The same contact methods, their addresses written anew. */
  readonly addresses: readonly Pick<ContactMethod, 'id' | 'address'>[];
  readonly broken: readonly BrokenMethod[];
  readonly signs: readonly Sign[];
  readonly dues: readonly Due[];
  /** People who can act no more: what they own is due now. */
  readonly disabled: readonly string[];
  /** People who may have no device any more: theirs lose their rights. */
  readonly deviceless: readonly string[];
  /** What has no deadline any more. */
  readonly undue: readonly Deadline[];
  /** Schedules whose shifts are made anew. */
  readonly shifts: readonly Shifts[];
  readonly faults: readonly Fault[];
  readonly healed: readonly Deadline[];
  /** Of a scope and a ticket that several name, the last counts. */
  readonly memberships: readonly Membership[];
  readonly devices: readonly Pick<Device, 'id' | 'last'>[];
  readonly deviceCommands: readonly DeviceCommand[];
  readonly suspects: readonly Suspect[];
  /** Where there was a suspect, and is none any more. */
  readonly cleared: readonly Place[];
  readonly quarantined: readonly Quarantined[];
  /** Pictures that are new. */
  readonly files: readonly FileRow[];
  /** Pictures whose bytes are here now, by id. */
  readonly storedFiles: readonly string[];
};

/**
 * What a contact method did: it showed something; it was sent something and did not show it in time; people were told that
 * it does not; or it is to show a check, or no check any more.
 */
export type Sign = { readonly method: string } & (
  | { readonly kind: 'shown' | 'missed' | 'told' }
  | { readonly kind: 'check'; readonly check: string | null }
);

/** A scope holds a ticket from now on, or holds it no more. `person`: whose scope it is; null = not a person's. */
export type Membership = {
  readonly scope: string;
  readonly person: string | null;
  readonly ticket: string;
  readonly isIn: boolean;
};

export const noEffect: Effect = {
  tickets: [],
  events: [],
  settled: [],
  changes: [],
  by: '',
  pages: [],
  messages: [],
  notifications: [],
  attempts: [],
  contactMethods: [],
  removedMethods: [],
  addresses: [],
  broken: [],
  signs: [],
  dues: [],
  disabled: [],
  deviceless: [],
  undue: [],
  shifts: [],
  faults: [],
  healed: [],
  memberships: [],
  devices: [],
  deviceCommands: [],
  suspects: [],
  cleared: [],
  quarantined: [],
  files: [],
  storedFiles: [],
};

/** What items see: what the group loaded, under what earlier items of the group did. */
export type World = {
  readonly now: Instant;
  /** `sync_head.ver` before anything else was loaded; loaded only when the group edits the directory, else 0. */
  readonly ver: number;
  readonly directory: Directory;
  /** The directory as it was when somebody acted, by his command's uid; only for those that asked for it. */
  readonly past: ReadonlyMap<string, Directory>;
  /** Reads the fold when it is asked: one that cannot be read throws in the item that needs it, and in no other. */
  readonly tickets: ReadonlyMap<string, () => Kept>;
  /** Tickets as they were stored, for who must not read the fold. */
  readonly stored: ReadonlyMap<string, StoredTicket>;
  readonly settled: ReadonlyMap<string, Settled>;
  /** By id; of a page all that was sent about it, oldest first. */
  readonly notifications: ReadonlyMap<string, Notification>;
  readonly pages: ReadonlyMap<string, PageRow>;
  /** By id; those of one person oldest first. */
  readonly methods: ReadonlyMap<string, StoredMethod>;
  /** When people were told last that a push service refuses us, by host. */
  readonly alarms: ReadonlyMap<string, Instant>;
  /** By `keyOf`. */
  readonly dues: ReadonlyMap<string, Instant>;
  readonly faults: ReadonlyMap<string, Fault>;
  readonly devices: ReadonlyMap<string, Device>;
  /** What came before at the same place, by `placeOf`. */
  readonly deviceCommands: ReadonlyMap<string, DeviceCommand>;
  readonly suspects: ReadonlyMap<string, Suspect>;
  /** Pictures, by id. */
  readonly files: ReadonlyMap<string, FileRow>;
  /** Teams that open tickets stand with; loaded only when the group edits the directory. */
  readonly teamsInUse: ReadonlySet<string>;
};

export function keyOf({ kind, id }: Deadline): string {
  return `${kind} ${id}`;
}

/** A device's id of a command. */
export function placeOf(device: string, n: number): string {
  return `${device} ${n}`;
}

/** The ticket's, without the page's own part of the id. */
export function ticketOfPage(page: string): string {
  return page.split('.', 1)[0] ?? page;
}

/** The ticket that a message, or a notification of it, is about; null = none. */
export function ticketOfMessage(id: string): string | null {
  return /^(pager|push)\./.test(id) ? null : ticketOfPage(id);
}

/** What a person can be told by, oldest first; all of it where the item asked for him or for something sent to him. */
export function methodsOf({ methods }: Pick<World, 'methods'>, person: string) {
  return [...methods.values()].filter((method) => method.person === person);
}
