import type { Directory } from '@rung/domain/directory/directory.ts';
import { organisationKey } from '@rung/domain/directory/directory.ts';
import { type SessionMessage, signIn } from '@rung/protocol/session.ts';
import { type Context, Hono } from 'hono';
import { addressOf } from './address.ts';
import { readBody } from './body.ts';
import { guard } from './guard.ts';
import { HttpProblem } from './problem.ts';
import type { Env, Rooms } from './rooms.ts';

/** Who am I; sign in; sign out. */
export function sessionRoutes(rooms: Rooms): Hono<Env> {
  const { auth, directory, limits } = rooms;

  return new Hono<Env>()
    .get('/', guard(rooms, 'GET /api/session'), async (c) => {
      const person = await auth.personOf(c.req.raw.headers);
      return c.json(sessionMessage(await directory.fresh(), person));
    })

    .post('/', guard(rooms, 'POST /api/session'), async (c) => {
      const { email, password } = await readBody(c, signIn);
      const address = addressOf(c);
      const wait = await limits.waitFor(email, address);
      if (wait > 0) {
        throw new HttpProblem('too-many', 'Too many tries. Wait a little, then try again.', {
          retryAfter: wait,
        });
      }

      const now = await directory.fresh();
      const key = personByEmail(now, email);
      const cookies = await auth.signIn(key, password, c.req.raw.headers);
      if (cookies === null) {
        await limits.failed(email, address);
        throw new HttpProblem('wrong-credentials', 'E-mail or password is not right.');
      }
      await limits.worked(email, address);
      return signedIn(c, sessionMessage(now, key), cookies);
    })

    .delete('/', guard(rooms, 'DELETE /api/session'), async (c) => {
      for (const cookie of await auth.signOut(c.req.raw.headers)) {
        c.header('Set-Cookie', cookie, { append: true });
      }
      return c.body(null, 204);
    });
}

/** Answers a session that has just begun. */
export function signedIn(
  c: Context,
  message: SessionMessage,
  cookies: readonly string[],
): Response {
  for (const cookie of cookies) c.header('Set-Cookie', cookie, { append: true });
  return c.json(message);
}

/** What the app needs to know about who is signed in; a disabled person is not. */
export function sessionMessage(directory: Directory, key: string | null): SessionMessage {
  const person = key === null ? undefined : directory.person.get(key);
  const isIn = key !== null && person !== undefined && !person.disabled;
  return {
    person: isIn
      ? {
          key,
          name: person.name,
          roles: [...person.roles],
          language: person.language,
          zone: person.zone,
          client: person.client,
        }
      : null,
    isSetUp: hasAdmin(directory),
    organisation: isIn ? (directory.organisation.get(organisationKey)?.name ?? null) : null,
  };
}

/** Whether somebody may administer this server. */
export function hasAdmin(directory: Directory): boolean {
  return [...directory.person.values()].some(
    (person) => !person.disabled && person.roles.includes('admin'),
  );
}

/** The enabled person with this address, or null; the caller takes the same time for both. */
function personByEmail(directory: Directory, email: string): string | null {
  const found = [...directory.person].find(
    ([, person]) => person.email === email && !person.disabled,
  );
  return found?.[0] ?? null;
}
