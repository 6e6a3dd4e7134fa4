/** Pictures become commands, each in the transaction that turns its row. The uid of an `attach` is its picture's id. */

import type { Result } from '@rung/domain/base/result.ts';
import type { Instant } from '@rung/domain/base/time.ts';
import type { Report } from '@rung/domain/ticket/commands.ts';
import type { Refusal } from '@rung/domain/ticket/refusals.ts';
import type { Local } from '../local/local.ts';
import type { HeldFile, Pending } from '../local/rows.ts';
import type { Writing } from '../local/shelf.ts';
import { perform, type Doing } from './mutate.ts';

/** The picture goes with its ticket from here on. A refusal writes nothing. */
export async function attach(
  writing: Writing,
  person: string,
  picture: HeldFile,
  now: Instant,
): Promise<Result<Pending, Refusal>> {
  const { ticket, id: file, hash, size, type, thumbnail } = picture;
  const args = { ticket, file, hash, size, type, thumbnail };
  const done = await perform(writing, person, { name: 'attach', args }, { now, uid: file });
  if (done.ok) await writing.file.put([{ ...picture, state: 'attached' }]);
  return done;
}

/** A report and the pictures that were taken for it: all of it is kept, or nothing. */
export function report(
  local: Local,
  command: Report,
  doing: Doing,
): Promise<Result<Pending, Refusal>> {
  const { person } = local;
  return local.apply(async (writing) => {
    const done = await perform(writing, person, command, doing);
    if (done.ok) await attachDrafts(writing, person, command.args.ticket, doing.now);
    return done;
  });
}

/** What was taken for a report that is sent now. What may not go is kept, and says why. */
export async function attachDrafts(
  writing: Writing,
  person: string,
  ticket: string,
  now: Instant,
): Promise<void> {
  for (const picture of await writing.filesOf(ticket)) {
    if (picture.state !== 'draft') continue;
    const done = await attach(writing, person, picture, now);
    if (done.ok) continue;
    await writing.file.put([{ ...picture, state: 'attached', refused: done.refusal.kind }]);
  }
}
