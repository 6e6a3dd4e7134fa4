import type { AuthSchema } from '../../server/src/db/schema-auth.ts';
import { company, password, type PersonKey } from './company.ts';
import type { Dialect } from './dialects.ts';
import { cookieOf, type TestHouse, type Visitor, visitor } from './house.ts';

type Login = {
  readonly cookie: string;
  /** Whole rows, whatever columns they have. */
  readonly user: AuthSchema['auth_user'];
  readonly session: AuthSchema['auth_session'];
};

const logins = new Map<string, Login>();

/**
 * The person signed in. Passwords are slow to check on purpose: he signs in once per file, and brings that session to
 * every other house.
 */
export async function signedIn(
  house: TestHouse,
  dialect: Dialect,
  person: PersonKey,
): Promise<Visitor> {
  const key = `${dialect} ${person}`;
  const { auth, db } = house.parts;
  const known = logins.get(key);
  if (known !== undefined) {
    const { user, session } = known;
    // A house that was opened again has them still.
    await db.auth
      .insertInto('auth_user')
      .values(user)
      .onConflict((one) => one.doNothing())
      .execute();
    await db.auth
      .insertInto('auth_session')
      .values(session)
      .onConflict((one) => one.doNothing())
      .execute();
    return visitor(house.url, { cookie: known.cookie });
  }

  await auth.setPassword(person, password);
  const json = { email: company.people[person].email, password };
  const cookie = cookieOf(await house.stranger('/api/session', { json }));
  const user = await db.auth
    .selectFrom('auth_user')
    .selectAll()
    .where('person', '=', person)
    .executeTakeFirstOrThrow();
  const session = await db.auth
    .selectFrom('auth_session')
    .selectAll()
    .where('userId', '=', user.id)
    .executeTakeFirstOrThrow();
  logins.set(key, { cookie, user, session });
  return visitor(house.url, { cookie });
}
