import { timingSafeEqual } from 'node:crypto';
import { type Actor, anonymous, may, operator } from '@rung/domain/access/may.ts';
import { enabledPerson } from '@rung/domain/directory/people.ts';
import type { Context, MiddlewareHandler } from 'hono';
import { access, type Route } from './access.ts';
import { HttpProblem } from './problem.ts';
import type { Env, Parts } from './parts.ts';

/**
 * The door of one route: finds out who asks, and asks the one table. What the actor may do to *this* ticket is asked
 * again in the handler, where the ticket is known. A route that is open to everyone does not ask who it is.
 */
export function guard(parts: Parts, route: Route): MiddlewareHandler<Env> {
  const action = access[route];
  return async (c, next) => {
    if (may(anonymous, action)) return next();
    const directory = await parts.directory.fresh();
    const actor = await actorOf(parts, c, directory);
    c.set('directory', directory);
    c.set('actor', actor);
    if (may(actor, action)) return next();
    throw actor.kind === 'anonymous'
      ? new HttpProblem('not-signed-in', 'Sign in first.')
      : new HttpProblem('forbidden', 'This is not yours to do.');
  };
}

/**
 * The machine's operator by the server's token, a person by his session, else nobody. Disabled people are nobody. On a
 * phone that several use, another tab may have signed somebody else in: a page that says whose it is (`Rung-Person`) is
 * never served, and never writes, as another.
 */
async function actorOf(
  parts: Parts,
  c: Context<Env>,
  directory: Env['Variables']['directory'],
): Promise<Actor> {
  const bearer = c.req.header('authorization')?.match(/^Bearer (.+)$/)?.[1];
  if (bearer !== undefined) return isSame(bearer, parts.serverToken) ? operator : anonymous;

  const key = await personOf(parts, c);
  const person = enabledPerson(directory, key);
  if (key === null || person === null) return anonymous;
  if ((c.req.header('rung-person') ?? key) !== key) return anonymous;
  return { kind: 'person', person: key, roles: person.roles };
}

/** Whose session the request carries; null = nobody's. Prolongs it where it is due. */
export async function personOf({ auth }: Parts, c: Context): Promise<string | null> {
  const { person, cookies } = await auth.personOf(c.req.raw.headers);
  setCookies(c, cookies);
  return person;
}

export function setCookies(c: Context, cookies: readonly string[]): void {
  for (const cookie of cookies) c.header('Set-Cookie', cookie, { append: true });
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
