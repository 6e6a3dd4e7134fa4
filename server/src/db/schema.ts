/**
 * The tables. Moments are whole milliseconds since 1970 (bigint), booleans 0 or 1, structured values JSON text
 * (never jsonb: text compares and hashes the same on both databases; sync.md, "Text").
 */

import type { PictureType } from '@rung/domain/ticket/commands.ts';
import type {
  AttemptTable,
  ContactMethodTable,
  NotificationTable,
  PageTable,
  PushKeyTable,
} from './schema-paging.ts';

/** The one row that orders every write (sync.md, section 2): bumped first when a commit begins to write, and held. */
type SyncHeadTable = {
  id: 1;
  /** Version of the last commit that changed a synced row. */
  ver: number;
  /** Changes when a database is restored or cloned. */
  epoch: string;
  /** The next ticket number to be drawn. */
  next_number: number;
  /** `ver` of the last commit that changed the directory. */
  directory_ver: number;
  /** Marks of this version and older are gone: whoever knows less needs a snapshot. */
  gc_floor: number;
};

type TicketTable = {
  id: string;
  number: number;
  ver: number;
  team: string;
  client: string | null;
  reported_by: string;
  reported_at: number;
  /** Sequence number of its last event. */
  seq: number;
  /** The fold of its events, JSON of domain/ticket `Ticket`. */
  state: string;
  fold_version: number;
  /** As in `state`, for who must be woken when that cannot be read. */
  policy_version: string | null;
  /** null = older rules folded it, which did not say. */
  phase: string | null;
  /** Who has it, while it is open. */
  owner: string | null;
  /** As its row in `due` says; the audit compares the two. */
  next_due: number | null;
  /** The version at which it came to this team. */
  team_since: number;
  /** The version since which its timeline is on devices: when it was reported, or reopened after it was closed. */
  open_since: number;
};

/** To whom a ticket is personal (domain's `audience`), and since which version. */
type TicketPersonTable = { person: string; ticket: string; since: number };

/** A row that left a scope. One mark per scope and row; it goes after 60 days. */
type SyncLeftTable = { scope: string; entity: string; id: string; ver: number; left_at: number };

/** The log. Rows are only ever added. */
type EventTable = {
  ticket: string;
  seq: number;
  name: string;
  /** JSON of the event's arguments. */
  args: string;
  /** Person key. */
  by: string;
  recorded_at: number;
  /** The device's clock when the person acted; null for a consequence. */
  claimed_at: number | null;
  /** What it came from: the uid of a command for a fact, `<ticket>.<seq>.<n>` for a consequence. Unique. */
  cause: string;
  /** 0 = it was written before versions were kept here. */
  ver: number;
};

/** What became of each command, by uid; facts of applied ones are in `event`. */
type SettledTable = {
  uid: string;
  outcome: 'applied' | 'noop' | 'rejected';
  code: string | null;
  ticket: string | null;
  person: string;
  settled_at: number;
};

/** The directory as it is now, one row an item; `body` null = removed (kept, so that readers by `ver` see it go). */
type DirectoryItemTable = { kind: string; key: string; body: string | null; ver: number };

/** The directory's log, effective from `at`. */
type DirectoryEventTable = {
  ver: number;
  n: number;
  kind: string;
  key: string;
  before: string | null;
  after: string | null;
  by: string;
  at: number;
};

/** When a server last lived: one row for all processes (domain.md, section 2, "After downtime"). */
type AliveTable = {
  id: 1;
  at: number;
  /** When somebody lived again after more than a minute in which nobody did. */
  resumed_at: number | null;
};

/** A deadline: when the engine has to look at what (domain.md, section 2). The instant is a value, not a timer. */
type DueTable = { kind: string; id: string; due_at: number };

/** A deadline whose work threw: it waits longer each time, and a person was told. */
type FaultTable = {
  kind: string;
  id: string;
  tries: number;
  first_at: number;
  last_at: number;
  error: string;
};

/** Who is on call when, by schedule: the coming two weeks, so that a phone needs neither rota nor zones. */
type ShiftTable = {
  schedule: string;
  from_at: number;
  to_at: number;
  person: string;
  ver: number;
};

/** One browser of one person, as it registered. */
type DeviceTable = {
  id: string;
  person: string;
  /** SHA-256 of its secret, hex. */
  secret_hash: string;
  registered_at: number;
  /** SHA-256 of the token of the session that it goes by; null = of none. */
  session_hash: string | null;
  /** When its last exchange came, more or less. */
  heard_at: number;
  /** When nothing waited on it last; nothing that it sends later was done before. */
  contact_at: number;
  /** The highest id of its commands that is settled. */
  last: number;
  /** How many commands waited on it when it was heard last. */
  pending: number;
  /** It was signed out or removed: its secret is good for the dropbox only. */
  revoked_at: number | null;
};

/** Which command a device's id was, and what that device was told of it. */
type DeviceCommandTable = {
  device: string;
  n: number;
  uid: string;
  outcome: 'applied' | 'noop' | 'rejected' | 'quarantined';
  code: string | null;
};

/** A command that threw when it first came: at its second time it is quarantined. */
type SuspectTable = { device: string; n: number; uid: string; first_at: number };

/** A command that we cannot carry out, by our own fault: stored as it came. */
type QuarantineTable = {
  uid: string;
  device: string;
  n: number;
  person: string;
  /** The command's JSON in UTF-8. */
  body: Uint8Array;
  error: string;
  at: number;
};

/** What a revoked device still had to say: stored as it came. */
type DropboxTable = { id: string; device: string; person: string; at: number; body: Uint8Array };

/** A picture of a ticket, as it was declared. */
type FileTable = {
  id: string;
  ticket: string;
  /** Who attached it: he alone may send its bytes. */
  person: string;
  /** SHA-256 of its bytes, hexadecimal. */
  hash: string;
  /** Bytes. */
  size: number;
  type: PictureType;
  created_at: number;
  /** When its bytes were here and had that hash; null = they are not. */
  stored_at: number | null;
};

/** By which mark the folder of files is known: processes that share the database share the folder. */
type FileFolderTable = { id: 1; mark: string };

/** One row where made-up people live here, and nobody else (docs/demo.md). */
type DemoTable = { id: 1; seed: number; made_at: number };

/** Written by the writer loop only. */
export type Schema = {
  sync_head: SyncHeadTable;
  ticket: TicketTable;
  event: EventTable;
  settled: SettledTable;
  directory_item: DirectoryItemTable;
  directory_event: DirectoryEventTable;
  alive: AliveTable;
  due: DueTable;
  fault: FaultTable;
  page: PageTable;
  shift: ShiftTable;
  contact_method: ContactMethodTable;
  notification: NotificationTable;
  attempt: AttemptTable;
  ticket_person: TicketPersonTable;
  sync_left: SyncLeftTable;
  device: DeviceTable;
  device_command: DeviceCommandTable;
  suspect: SuspectTable;
  quarantine: QuarantineTable;
  dropbox: DropboxTable;
  push_key: PushKeyTable;
  file: FileTable;
  file_folder: FileFolderTable;
  demo: DemoTable;
};
