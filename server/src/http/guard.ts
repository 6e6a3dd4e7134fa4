import { timingSafeEqual } from 'node:crypto';
import { type Actor, anonymous, may, operator } from '@rung/domain/access/may.ts';
import type { Context, MiddlewareHandler } from 'hono';
import { access, type Route } from './access.ts';
import { HttpProblem } from './problem.ts';
import type { Env, Rooms } from './rooms.ts';

/**
 * The door of one route: finds out who asks, and asks the one table. What the actor may do to *this* ticket is asked
 * again in the handler, where the ticket is known. A route that is open to everyone does not ask who it is.
 */
export function guard(rooms: Rooms, route: Route): MiddlewareHandler<Env> {
  const action = access[route];
  return async (c, next) => {
    if (may(anonymous, action)) return next();
    const directory = await rooms.directory.fresh();
    const actor = await actorOf(rooms, c, directory);
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
  rooms: Rooms,
  c: Context<Env>,
  directory: Env['Variables']['directory'],
): Promise<Actor> {
  const bearer = c.req.header('authorization')?.match(/^Bearer (.+)$/)?.[1];
  if (bearer !== undefined) return isSame(bearer, rooms.serverToken) ? operator : anonymous;

  const key = await rooms.auth.personOf(c.req.raw.headers);
  const person = key === null ? undefined : directory.person.get(key);
  if (key === null || person === undefined || person.disabled) return anonymous;
  if ((c.req.header('rung-person') ?? key) !== key) return anonymous;
  return { kind: 'person', person: key, roles: person.roles };
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
