/**
 * A command on the wire: what a person wants done, made on a device, perhaps long before it arrives.
 * The same message travels in an exchange (sync.md, section 4) and alone in `POST /api/commands`.
 */

import { severities, ticketTypes } from '@rung/domain/directory/directory.ts';
import { pictureTypes } from '@rung/domain/ticket/commands.ts';
import * as v from 'valibot';
import { mostPictureBytes, mostThumbnail } from './files.ts';
import { instant, key, offset, optionalText, pageId, text, ulid } from './text.ts';

const severity = v.picklist(severities);

/** ULID of the ticket; a report makes it, on the device. */
const ticket = ulid;

/** What the device showed when the person acted. */
const seen = v.strictObject({
  generation: v.pipe(v.number(), v.integer(), v.minValue(1)),
  severity,
});

export const reportArgs = v.strictObject({
  ticket,
  type: v.picklist(ticketTypes),
  severity,
  title: text(200),
  description: optionalText(20_000),
  site: v.nullable(key),
  asset: v.nullable(key),
  category: v.nullable(key),
  /** The team the reporter named; null = where the directory sends it. */
  team: v.nullable(key),
  /** "I am on it": nobody is paged. */
  take: v.boolean(),
});

const envelope = {
  /** ULID of the command: applied at most once, for ever. */
  uid: ulid,
  /** The device's wall clock when the person acted: a claim. */
  at: instant,
  /** Server minus device clock, ms, as the device measured it at its last contact before; null = it had none. */
  offset,
};

// Marked, so that pages which send no such command do not carry its schema.
/* @__NO_SIDE_EFFECTS__ */
function named<const Name extends string, Entries extends v.ObjectEntries>(
  name: Name,
  args: v.StrictObjectSchema<Entries, undefined>,
) {
  return v.strictObject({ ...envelope, name: v.literal(name), args });
}

/** What is said of a picture (domain's `Attach`). */
const attachedFile = {
  file: ulid,
  hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'is not a SHA-256 in hexadecimal')),
  size: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(mostPictureBytes)),
  type: v.picklist(pictureTypes),
  thumbnail: v.nullable(
    v.pipe(
      v.string(),
      v.maxLength(mostThumbnail),
      v.regex(/^[A-Za-z0-9+/]+={0,2}$/, 'is not base64'),
    ),
  ),
};

/** Text of these commands is for colleagues only, but for a comment and the reason of a reopening: the client reads these. */
export const command = v.variant('name', [
  named('report', reportArgs),
  named('acknowledge', v.strictObject({ ticket, seen })),
  named('decline', v.strictObject({ ticket, page: pageId })),
  named('release', v.strictObject({ ticket })),
  named('progress', v.strictObject({ ticket, seen, note: optionalText(20_000) })),
  named('comment', v.strictObject({ ticket, note: text(20_000) })),
  named('change-severity', v.strictObject({ ticket, seen, severity, reason: text(2000) })),
  named('transfer', v.strictObject({ ticket, seen, team: key, note: optionalText(20_000) })),
  named('resolve', v.strictObject({ ticket, seen, resolution: optionalText(20_000) })),
  named('close', v.strictObject({ ticket })),
  named('reopen', v.strictObject({ ticket, reason: text(2000) })),
  named('attach', v.strictObject({ ticket, ...attachedFile })),
]);
export type CommandMessage = v.InferOutput<typeof command>;

/** POST /api/commands: one command, and what the device's clock says as it leaves. */
export const commandRequest = v.strictObject({ now: instant, command });
export type CommandRequest = v.InferOutput<typeof commandRequest>;

/** What became of a command. `applied` and `noop` are both good news; `code` says how it was taken, or why it was rejected. */
export const outcome = v.object({
  uid: ulid,
  outcome: v.picklist(['applied', 'noop', 'rejected']),
  code: v.nullable(v.string()),
  /** The ticket it was about; null = it was rejected. */
  ticket: v.nullable(v.object({ id: ulid, number: v.nullable(v.number()) })),
});
export type OutcomeMessage = v.InferOutput<typeof outcome>;

/** Largest body of a single command, bytes (sync.md, section 4). */
export const commandLimit = 64 * 1024;
