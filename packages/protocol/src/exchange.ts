/**
 * The exchange (sync.md, section 4): a device sends what its person did, the server answers what became of it and every
 * row that changed for the device. `POST /api/sync`; the answer is a stream of lines, each one JSON object.
 */

import { ticketTypes, severities } from '@rung/domain/directory/directory.ts';
import * as v from 'valibot';
import { instant, key, ulid } from './text.ts';
import { mostCommands } from './version.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));

/**
 * A command on its way, and its place among those of its device: ids count from 1 without gaps. What it says is read by
 * `command` one by one (command.ts), so that one which is not of the right kind refuses only itself.
 */
export const sentCommand = v.looseObject({ id: v.pipe(count, v.minValue(1)), uid: ulid });
export type SentCommand = v.InferOutput<typeof sentCommand>;

/** The name of what was a command until its person took it back before it was sent: it keeps its id and its uid, and does nothing. */
export const withdrawn = 'withdrawn';

export const exchangeRequest = v.strictObject({
  protocol: count,
  /** ULID that the server gave this device (devices.ts). */
  device: ulid,
  /** The rules that fold what it is sent (`foldVersion`). */
  fold: count,
  /** The device's clock as the request leaves. */
  now: instant,
  /** Where the last exchange ended; null = it has nothing yet. */
  cookie: v.nullable(v.pipe(v.string(), v.maxLength(64 * 1024))),
  /** How many commands wait on it, these included. */
  pending: count,
  commands: v.pipe(v.array(sentCommand), v.maxLength(mostCommands)),
});
export type ExchangeRequest = v.InferOutput<typeof exchangeRequest>;

/** A scope: whose rows these are. `team:<key>`, `all`, `user:<key>`, `ref` (domain's access/scopes.ts). */
const scope = v.string();

/** What became of a command: `applied` and `noop` are good news, `rejected` an expected no, `quarantined` our fault. */
export const settlement = v.object({
  id: count,
  uid: ulid,
  outcome: v.picklist(['applied', 'noop', 'rejected', 'quarantined']),
  code: v.nullable(v.string()),
});
export type Settlement = v.InferOutput<typeof settlement>;

/** A ticket as the server keeps it: its fold, made by the rules `fold`. */
export const ticketRow = v.object({
  id: ulid,
  number: v.number(),
  /** Sequence number of its last event. */
  seq: v.number(),
  fold: v.number(),
  /** domain/ticket `Ticket`. */
  state: v.looseObject({
    id: ulid,
    type: v.picklist(ticketTypes),
    severity: v.picklist(severities),
  }),
});

/** An entry of a ticket's log: domain/ticket `TicketEvent`. */
export const eventRow = v.looseObject({ ticket: ulid, seq: v.number(), name: v.string() });

/** How a page stands, deliveries included. */
export const pageRow = v.object({
  id: v.string(),
  ticket: ulid,
  person: key,
  state: v.string(),
  createdAt: instant,
  /** When a device of its person first showed it; null = none has. Older servers do not say. */
  receivedAt: v.optional(v.nullable(instant)),
  /** When its person first opened it. */
  seenAt: v.optional(v.nullable(instant)),
});

/** An item of the directory, as far as every colleague may know it (domain's access/reference.ts). */
export const refRow = v.looseObject({ kind: v.string(), key: v.string() });

/* @__NO_SIDE_EFFECTS__ */
const row = <const Entity extends string, Schema extends v.GenericSchema>(e: Entity, d: Schema) =>
  v.object({ t: v.literal('put'), e: v.literal(e), s: v.array(scope), v: count, d });

/**
 * The lines of the answer, in this order: one `head`; then rows, with a `mark` wherever the device may stop and go on
 * from; then `result` of each settled command of the request, and `end`. Without `end` the commands are not settled for
 * the device; without `mark` or `end` the cookie does not move. What is read after `head` is never older than it.
 */
export const exchangeLine = v.variant('t', [
  v.object({
    t: v.literal('head'),
    /**
     * `snapshot`: everything the device may have is sent; what is not sent until `end` is to be dropped. `isResumed`: an
     * earlier snapshot goes on, and what that sent counts. `delta`: what changed since the cookie.
     */
    mode: v.picklist(['delta', 'snapshot']),
    isResumed: v.boolean(),
    /** Scopes that the device has no more: what no other scope holds is to be dropped. */
    scopes: v.object({ add: v.array(scope), del: v.array(scope) }),
    /** Changes when the database was restored or cloned. */
    epoch: v.string(),
    /** The server's clock. */
    time: instant,
  }),
  // `put`: `s` = all scopes of the device that hold it now, `v` = its version. Children (event, page) go with their ticket.
  row('ticket', ticketRow),
  row('event', eventRow),
  row('page', pageRow),
  row('ref', refRow),
  /** It left these scopes at version `v`. Of `ref` the id is `<kind>/<key>`. */
  v.object({
    t: v.literal('del'),
    e: v.picklist(['ticket', 'ref']),
    id: v.string(),
    s: v.array(scope),
    v: count,
  }),
  v.object({ t: v.literal('mark'), resume: v.string() }),
  v.object({ t: v.literal('result'), ...settlement.entries }),
  v.object({
    t: v.literal('end'),
    cookie: v.string(),
    /** The highest id of the device that is settled. */
    last: count,
  }),
]);
export type ExchangeLine = v.InferOutput<typeof exchangeLine>;
