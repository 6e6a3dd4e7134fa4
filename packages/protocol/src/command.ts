/**
 * A command on the wire: what a person wants done, made on a device, perhaps long before it arrives.
 * The same message travels in an exchange (sync.md, section 4) and alone in `POST /api/commands`.
 */

import { severities, ticketTypes } from '@rung/domain/directory/directory.ts';
import * as v from 'valibot';
import { instant, key, optionalText, text, ulid } from './text.ts';

export const reportArgs = v.strictObject({
  /** ULID of the ticket, made on the device. */
  ticket: ulid,
  type: v.picklist(ticketTypes),
  severity: v.picklist(severities),
  title: text(200),
  description: optionalText(20_000),
  site: v.nullable(key),
  asset: v.nullable(key),
  category: v.nullable(key),
  /** The team the reporter named; null = where the directory sends it. */
  team: v.nullable(key),
});

const envelope = {
  /** ULID of the command: applied at most once, for ever. */
  uid: ulid,
  /** The device's wall clock when the person acted: a claim. */
  at: instant,
};

export const command = v.variant('name', [
  v.strictObject({ ...envelope, name: v.literal('report'), args: reportArgs }),
]);
export type CommandMessage = v.InferOutput<typeof command>;

/** What became of a command. `applied` and `noop` are both good news; `code` says why it was rejected. */
export const outcome = v.object({
  uid: ulid,
  outcome: v.picklist(['applied', 'noop', 'rejected']),
  code: v.nullable(v.string()),
  /** The ticket it was about, if the sender may read it. */
  ticket: v.nullable(v.object({ id: ulid, number: v.nullable(v.number()) })),
});
export type OutcomeMessage = v.InferOutput<typeof outcome>;

/** Largest body of a single command, bytes (sync.md, section 4). */
export const commandLimit = 64 * 1024;
