import type { Directory } from '@rung/domain/directory/directory.ts';
import { organisationKey } from '@rung/domain/directory/directory.ts';
import { enabledPerson, hasAdmin, personByEmail } from '@rung/domain/directory/people.ts';
import { type SessionMessage, signIn } from '@rung/protocol/session.ts';
import { ulid } from '@rung/protocol/text.ts';
import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import { addressOf } from './address.ts';
import { readBody } from './body.ts';
import { guard, personOf, setCookies } from './guard.ts';
import { HttpProblem, tooMany } from './problem.ts';
import type { Env, Parts } from './parts.ts';

/** Who am I; sign in; sign out. */
export function sessionRoutes(parts: Parts): Hono<Env> {
  const { auth, clock, directory, limits, writer } = parts;

  return new Hono<Env>()
    .get('/', guard(parts, 'GET /api/session'), async (c) => {
      const person = await personOf(parts, c);
      return c.json(sessionMessage(parts, await directory.fresh(), person));
    })

    .post('/', guard(parts, 'POST /api/session'), async (c) => {
      const { email, password } = await readBody(c, signIn);
      const address = addressOf(c);
      const wait = await limits.take(email, address);
      if (wait > 0) throw tooMany(wait);

      const now = await directory.fresh();
      const key = personByEmail(now, email);
      const cookies = await auth.signIn(key, password, c.req.raw.headers);
      if (cookies === null) {
        throw new HttpProblem('wrong-credentials', 'E-mail or password is not right.');
      }
      await limits.worked(email, address);
      return signedIn(c, sessionMessage(parts, now, key), cookies);
    })

    .delete('/', guard(parts, 'DELETE /api/session'), async (c) => {
      // First: as long as it did not work the session is there to try it again.
      await removeDevice(c);
      setCookies(c, await auth.signOut(c.req.raw.headers));
      return c.body(null, 204);
    });

  /** Whoever signs out on a device takes it its rights. A name that is not one of his devices' says nothing. */
  async function removeDevice(c: Context<Env>): Promise<void> {
    const id = v.safeParse(ulid, c.req.header('rung-device'));
    const { actor } = c.var;
    if (!id.success || actor.kind !== 'person') return;
    await writer.revokeDevice({ id: id.output, person: actor.person, at: clock.now() });
  }
}

/** Answers a session that has just begun. */
export function signedIn(
  c: Context,
  message: SessionMessage,
  cookies: readonly string[],
): Response {
  setCookies(c, cookies);
  return c.json(message);
}

/** What the app needs to know about who is signed in; a disabled person is not. */
export function sessionMessage(
  { demo }: Pick<Parts, 'demo'>,
  directory: Directory,
  key: string | null,
): SessionMessage {
  const person = enabledPerson(directory, key);
  const isIn = key !== null && person !== null;
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
    isDemo: demo !== null,
  };
}
