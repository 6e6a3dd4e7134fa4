/** Secrets handed out once: to set up the first administrator, and to give a person a way in. */

import { randomBytes } from 'node:crypto';
import type { Instant } from '@rung/domain/base/time.ts';
import { chunks } from '../db/chunks.ts';
import type { Database, ExpressionBuilder } from '../db/open.ts';
import type { AuthSchema } from '../db/schema-auth.ts';
import { hashOf } from '../secret.ts';

const hour = 60 * 60 * 1000;
/** How long a person has to use his link. */
export const welcomeLasts = 7 * 24 * hour;
const setupLasts = 30 * 24 * hour;

type Purpose = 'setup' | 'welcome';
export type Link = { readonly purpose: Purpose; readonly person: string | null };

/** Makes a token for each link, in their order. Only its hash is kept; 160 bits, so that nobody guesses it. */
export async function issueLinks(
  { auth }: Pick<Database, 'auth'>,
  links: readonly Link[],
  now: Instant,
): Promise<readonly string[]> {
  const tokens = links.map(() => randomBytes(20).toString('base64url'));
  const rows = links.map(({ purpose, person }, n) => ({
    hash: hashOf(tokens[n] ?? ''),
    purpose,
    person,
    expires_at: now + (purpose === 'setup' ? setupLasts : welcomeLasts),
    used_at: null,
  }));
  for (const { some } of chunks(rows)) {
    await auth.insertInto('one_time_link').values(some).execute();
  }
  return tokens;
}

/** The link a token stands for, while it can still be used; null = unknown, used or too old. */
export async function linkOf(
  { auth }: Pick<Database, 'auth'>,
  token: string,
  purpose: Purpose,
  now: Instant,
): Promise<Link | null> {
  const row = await auth
    .selectFrom('one_time_link')
    .select(['purpose', 'person'])
    .where(usable(token, purpose, now))
    .executeTakeFirst();
  return row ?? null;
}

/** Uses the link up: of two who try at once, one gets it. null = it could not be used any more. */
export async function useLink(
  { auth }: Pick<Database, 'auth'>,
  token: string,
  purpose: Purpose,
  now: Instant,
): Promise<Link | null> {
  const row = await auth
    .updateTable('one_time_link')
    .set({ used_at: now })
    .where(usable(token, purpose, now))
    .returning(['purpose', 'person'])
    .executeTakeFirst();
  return row ?? null;
}

/** The one row of a token that can still be used for this. */
function usable(token: string, purpose: Purpose, now: Instant) {
  return (is: ExpressionBuilder<AuthSchema, 'one_time_link'>) =>
    is.and([
      is('hash', '=', hashOf(token)),
      is('purpose', '=', purpose),
      is('used_at', 'is', null),
      is('expires_at', '>', now),
    ]);
}

/** Gives a used link back, after what it was used for failed. */
export async function giveBack({ auth }: Pick<Database, 'auth'>, token: string): Promise<void> {
  await auth
    .updateTable('one_time_link')
    .set({ used_at: null })
    .where('hash', '=', hashOf(token))
    .execute();
}

/** Makes every unused link to set up useless. */
export async function revokeSetup({ auth }: Pick<Database, 'auth'>): Promise<void> {
  await auth
    .deleteFrom('one_time_link')
    .where('purpose', '=', 'setup')
    .where('used_at', 'is', null)
    .execute();
}

/** Makes every unused link of these people useless. */
export async function revokeWelcome(
  { auth }: Pick<Database, 'auth'>,
  people: readonly string[],
): Promise<void> {
  if (people.length === 0) return;
  await auth
    .deleteFrom('one_time_link')
    .where('purpose', '=', 'welcome')
    .where('person', 'in', people)
    .where('used_at', 'is', null)
    .execute();
}

/** Forgets links that are too old. */
export async function sweepLinks({ auth }: Pick<Database, 'auth'>, now: Instant): Promise<void> {
  await auth.deleteFrom('one_time_link').where('expires_at', '<', now).execute();
}
