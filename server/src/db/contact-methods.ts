import type { ContactMethod } from '@rung/domain/paging/notification.ts';
import { type CompiledQuery, sql } from 'kysely';
import type { Database } from './open.ts';
import { shapedList } from './shapes.ts';

type Builds = Pick<Database, 'build'>;

/** A contact method as it is kept. */
export type StoredMethod = ContactMethod & {
  /** Of a subscription: SHA-256 of its endpoint, base64url. null = it is none. */
  readonly fingerprint: string | null;
  /** When people were told that it is suspect; null = they were not since it last showed something. */
  readonly toldAt: number | null;
};

const columns = [
  'contact_method.id',
  'contact_method.person',
  'contact_method.kind',
  'contact_method.address',
  'contact_method.shown_at as shownAt',
  'contact_method.missed',
  'contact_method.told_at as toldAt',
  'contact_method.check_id as check',
  'contact_method.fingerprint',
] as const;

/** A subscription has the id of its device, and ends with it: nobody has to write that. */
const brokenAt = sql<number | null>`coalesce(contact_method.broken_at, device.revoked_at)`.as(
  'brokenAt',
);

function methods({ build }: Builds) {
  return build
    .selectFrom('contact_method')
    .leftJoin('device', 'device.id', 'contact_method.id')
    .select(columns)
    .select(brokenAt);
}

/** The people's contact methods, each person's oldest first. */
export const contactMethodsOf = shapedList(
  (db, people: readonly string[]): CompiledQuery<StoredMethod> =>
    methods(db)
      .where('contact_method.person', 'in', people)
      .orderBy('contact_method.created_at')
      .orderBy('contact_method.id')
      .compile(),
  (person) => [person],
);

export const contactMethodsById = shapedList(
  (db, ids: readonly string[]): CompiledQuery<StoredMethod> =>
    methods(db).where('contact_method.id', 'in', ids).compile(),
  (id) => [id],
);

export function saveContactMethods(
  { build }: Builds,
  rows: readonly StoredMethod[],
  createdAt: number,
): CompiledQuery {
  return build
    .insertInto('contact_method')
    .values(
      rows.map(({ id, person, kind, address, fingerprint, ...method }) => ({
        id,
        person,
        kind,
        address,
        fingerprint,
        broken_at: method.brokenAt,
        shown_at: method.shownAt,
        missed: method.missed,
        told_at: method.toldAt,
        check_id: method.check,
        created_at: createdAt,
      })),
    )
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((set) => ({
        person: set.ref('excluded.person'),
        kind: set.ref('excluded.kind'),
        address: set.ref('excluded.address'),
        fingerprint: set.ref('excluded.fingerprint'),
        broken_at: set.ref('excluded.broken_at'),
        shown_at: set.ref('excluded.shown_at'),
        missed: set.ref('excluded.missed'),
        told_at: set.ref('excluded.told_at'),
        check_id: set.ref('excluded.check_id'),
      })),
    )
    .compile();
}

/** The same subscription, written anew. */
export function saveAddress(
  { build }: Builds,
  { id, address }: Pick<ContactMethod, 'id' | 'address'>,
) {
  return build.updateTable('contact_method').set({ address }).where('id', '=', id).compile();
}

export function removeContactMethods({ build }: Builds, ids: readonly string[]): CompiledQuery {
  return build.deleteFrom('contact_method').where('id', 'in', ids).compile();
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

/** These showed something. A statement of its own, as the next one is: several processes may notice signs at once. */
export function saveShown({ build }: Builds, ids: readonly string[], at: number): CompiledQuery {
  return build
    .updateTable('contact_method')
    .set({ shown_at: at, missed: 0, told_at: null })
    .where('id', 'in', ids)
    .compile();
}

/** People were told that these are suspect. */
export function saveTold({ build }: Builds, ids: readonly string[], at: number): CompiledQuery {
  return build.updateTable('contact_method').set({ told_at: at }).where('id', 'in', ids).compile();
}

/** It was sent something and did not show it in time, so often. */
export function addMissed({ build }: Builds, id: string, by: number): CompiledQuery {
  return build
    .updateTable('contact_method')
    .set({ missed: sql`missed + ${sql.lit(by)}` })
    .where('id', '=', id)
    .compile();
}

/** The check that it was sent and has yet to show; null = none. */
export function saveCheck({ build }: Builds, { id, check }: Pick<ContactMethod, 'id' | 'check'>) {
  return build
    .updateTable('contact_method')
    .set({ check_id: check })
    .where('id', '=', id)
    .compile();
}

/** A device's subscription. `address` is as it was kept; null = it has none. */
export type KeptSubscription = Pick<
  StoredMethod,
  'person' | 'address' | 'brokenAt' | 'missed' | 'shownAt'
> & {
  readonly fingerprint: string;
  /** How long the last one that it showed took from the push service's yes to the screen, ms; null = not known. */
  readonly latencyMs: number | null;
};

export async function subscriptionOf(
  { read }: Pick<Database, 'read'>,
  device: string,
): Promise<KeptSubscription | null> {
  const [kept, attempts] = await Promise.all([
    read
      .selectFrom('contact_method')
      .leftJoin('device', 'device.id', 'contact_method.id')
      .select(columns)
      .select(brokenAt)
      .where('contact_method.id', '=', device)
      .executeTakeFirst(),
    read
      .selectFrom('notification')
      .innerJoin('attempt', 'attempt.notification', 'notification.id')
      .select([
        'notification.id',
        'notification.created_at as createdAt',
        'attempt.at',
        'attempt.outcome',
      ])
      .where('notification.id', 'in', (is) =>
        is
          .selectFrom('notification as shown')
          .select('shown.id')
          .where('shown.method', '=', device)
          .where('shown.state', 'in', ['displayed', 'opened'])
          .orderBy('shown.created_at', 'desc')
          .orderBy('shown.id', 'desc')
          .limit(lookedAt),
      )
      .orderBy('attempt.n')
      .execute(),
  ]);
  if (kept === undefined || kept.fingerprint === null) return null;
  const { person, address, fingerprint, missed, shownAt } = kept;
  const latencyMs = latencyIn(attempts);
  return { person, address, fingerprint, brokenAt: kept.brokenAt, missed, shownAt, latencyMs };
}

/** The last one that was shown is among so many that were made last. */
const lookedAt = 10;

type Tried = {
  readonly id: string;
  readonly createdAt: number;
  readonly at: number;
  readonly outcome: string;
};

/**
 * Of what was shown last. A receipt may be quicker than the push service's own answer: then it counts from when the message
 * was made.
 */
function latencyIn(attempts: readonly Tried[]): number | null {
  const firsts = [...Map.groupBy(attempts, ({ id }) => id).values()].flatMap(
    (tries) => tries.find(({ outcome }) => outcome === 'displayed' || outcome === 'opened') ?? [],
  );
  const shown = firsts.toSorted((a, b) => a.at - b.at).at(-1);
  if (shown === undefined) return null;
  const accepted = attempts.findLast(
    ({ id, outcome, at }) => id === shown.id && outcome === 'accepted' && at <= shown.at,
  );
  return Math.max(0, shown.at - (accepted?.at ?? shown.createdAt));
}
