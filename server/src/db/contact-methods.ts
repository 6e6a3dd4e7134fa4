import type { ContactMethod } from '@rung/domain/paging/notification.ts';
import type { CompiledQuery } from 'kysely';
import type { Database } from './open.ts';
import { shapedList } from './shapes.ts';

type Builds = Pick<Database, 'build'>;

const columns = ['id', 'person', 'kind', 'address', 'broken_at as brokenAt'] as const;

/** The people's contact methods, each person's oldest first. */
export const contactMethodsOf = shapedList(
  ({ build }, people: readonly string[]): CompiledQuery<ContactMethod> =>
    build
      .selectFrom('contact_method')
      .select(columns)
      .where('person', 'in', people)
      .orderBy('created_at')
      .orderBy('id')
      .compile(),
  (person) => [person],
);

export const contactMethodsById = shapedList(
  ({ build }, ids: readonly string[]): CompiledQuery<ContactMethod> =>
    build.selectFrom('contact_method').select(columns).where('id', 'in', ids).compile(),
  (id) => [id],
);

export function saveContactMethods(
  { build }: Builds,
  methods: readonly ContactMethod[],
  createdAt: number,
): CompiledQuery {
  return build
    .insertInto('contact_method')
    .values(
      methods.map(({ brokenAt, ...method }) => ({
        ...method,
        broken_at: brokenAt,
        created_at: createdAt,
      })),
    )
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((set) => ({
        person: set.ref('excluded.person'),
        kind: set.ref('excluded.kind'),
        address: set.ref('excluded.address'),
        broken_at: set.ref('excluded.broken_at'),
      })),
    )
    .compile();
}

/** A contact method that is dead, as it was when something was sent to it: one that was mended meanwhile is not. */
export type BrokenMethod = Pick<ContactMethod, 'id' | 'address'>;

export function breakContactMethod(
  { build }: Builds,
  { id, address }: BrokenMethod,
  at: number,
): CompiledQuery {
  return build
    .updateTable('contact_method')
    .set({ broken_at: at })
    .where('id', '=', id)
    .where('address', '=', address)
    .compile();
}
