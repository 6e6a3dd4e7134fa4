import type { CompiledQuery } from 'kysely';
import type { Database } from './open.ts';

type Builds = Pick<Database, 'build'>;

/** The key that push services know this Rung by. The private one is sealed. */
export type PushKey = { readonly publicKey: string; readonly privateKey: string };

/** Keeps it where there is none yet: the first writer's is everybody's. */
export function addPushKey({ build }: Builds, key: PushKey, madeAt: number): CompiledQuery {
  return build
    .insertInto('push_key')
    .values({ id: 1, public_key: key.publicKey, private_key: key.privateKey, made_at: madeAt })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .compile();
}

export function pushKey({ build }: Builds): CompiledQuery<PushKey> {
  return build
    .selectFrom('push_key')
    .select(['public_key as publicKey', 'private_key as privateKey'])
    .where('id', '=', 1)
    .compile();
}
