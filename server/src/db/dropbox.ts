import type { CompiledQuery } from 'kysely';
import type { Database } from './open.ts';

/** What a device left, as it came. */
export type Box = {
  /** The same for the same text of the same device: left twice, it is kept once. */
  readonly id: string;
  readonly device: string;
  readonly person: string;
  readonly at: number;
  readonly body: Uint8Array;
};

/** Keeps a box, unless its device or its person has left as many others already: then nothing is answered. */
export function keepBox(
  { build }: Pick<Database, 'build'>,
  { id, device, person, at, body }: Box,
  most: { readonly ofDevice: number; readonly ofPerson: number },
): CompiledQuery<{ id: string }> {
  const others = build
    .selectFrom('dropbox')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('id', '!=', id);
  const row = build
    .selectNoFrom(({ val }) => [
      val(id).as('id'),
      val(device).as('device'),
      val(person).as('person'),
      val(at).as('at'),
      val(body).as('body'),
    ])
    .where(others.where('device', '=', device), '<', most.ofDevice)
    .where(others.where('person', '=', person), '<', most.ofPerson);
  return build
    .insertInto('dropbox')
    .columns(['id', 'device', 'person', 'at', 'body'])
    .expression(row)
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((set) => ({ at: set.ref('dropbox.at') })),
    )
    .returning('id')
    .compile();
}
