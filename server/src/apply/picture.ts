import { must } from '@rung/domain/base/must.ts';
import { storePicture } from '@rung/domain/escalation/carry-out.ts';
import type { FileRow } from '../db/files.ts';
import { grown, logOf } from './grown.ts';
import type { Item } from './item.ts';
import { noEffect } from './world.ts';

/** The bytes of a picture are here: its ticket's log says so once, however often this is told. */
export function pictureItem({
  id,
  ticket,
  hash,
}: Pick<FileRow, 'id' | 'ticket' | 'hash'>): Item<void> {
  return {
    tickets: [ticket],
    files: [id],
    apply(world) {
      const row = must(world.files.get(id), `the bytes of no picture: ${id}`);
      if (row.storedAt !== null) return { answer: undefined, effect: noEffect };
      const kept = must(world.tickets.get(ticket), `a picture of no ticket: ${id}`)();
      const log = storePicture({ ...logOf(kept), ticket: kept.ticket }, { file: id, hash }, world);
      return { answer: undefined, effect: { ...grown(kept, log), storedFiles: [id] } };
    },
  };
}
