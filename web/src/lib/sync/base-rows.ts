import type { Writing } from '../local/shelf.ts';

/** Every ticket as the server last said it: nothing that waits is in it any more. */
export async function putBaseBack(writing: Writing): Promise<void> {
  const bases = await writing.base.all();
  if (bases.length === 0) return;
  await writing.ticket.put(bases.flatMap(({ row }) => row ?? []));
  await writing.ticket.drop(bases.flatMap(({ id, row }) => (row === null ? id : [])));
  await writing.base.clear();
}
