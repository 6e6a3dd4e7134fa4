import { anonymous, may, operator } from '@rung/domain/access/may.ts';
import { enabledPerson } from '@rung/domain/directory/people.ts';
import type { Context, MiddlewareHandler } from 'hono';
import { deviceBy } from '../auth/device-secret.ts';
import { isSame } from '../secret.ts';
import { access, type Route } from './access.ts';
import { HttpProblem } from './problem.ts';
import type { Env, Parts } from './parts.ts';

/**
 * The door of one route: finds out who asks, and asks the one table. What the actor may do to *this* ticket is asked
 * again in the handler, where the ticket is known. A route that is open to everyone does not ask who it is.
 * `refused`: may say more about it before somebody is refused.
 */
export function guard(
  parts: Parts,
  route: Route,
  refused?: (c: Context<Env>) => Promise<void>,
): MiddlewareHandler<Env> {
  const action = access[route];
  return async (c, next) => {
    if (may(anonymous, action)) return next();
    const directory = await parts.directory.fresh();
    const { actor, session, sessionHash } = await askerOf(parts, c, directory);
    c.set('directory', directory);
    c.set('actor', actor);
    c.set('session', session);
    c.set('sessionHash', sessionHash);
    if (may(actor, action)) return next();
    await refused?.(c);
    if (actor.kind === 'anonymous') throw new HttpProblem('not-signed-in', 'Sign in first.');
    throw actor.kind === 'revoked-device'
      ? new HttpProblem('revoked', 'This device was removed.')
      : new HttpProblem('forbidden', 'This is not yours to do.');
  };
}

type Asker = Pick<Env['Variables'], 'actor' | 'session' | 'sessionHash'>;
const nobody: Asker = { actor: anonymous, session: null, sessionHash: null };

/**
 * The machine's operator by the server's token, a device by its secret, a person by his session, else nobody. Who shows
 * a token or a secret is not asked for a session. Disabled people are nobody; their devices may leave what was typed.
 * On a phone that several use, another tab may have signed somebody else in: a page that says whose it is
 * (`Rung-Person`) is never served, and never writes, as another.
 */
async function askerOf(
  parts: Parts,
  c: Context<Env>,
  directory: Env['Variables']['directory'],
): Promise<Asker> {
  const shown = c.req.header('authorization') ?? '';
  const bearer = /^Bearer (.+)$/.exec(shown)?.[1];
  if (bearer !== undefined) {
    return isSame(bearer, parts.serverToken) ? { ...nobody, actor: operator } : nobody;
  }
  if (shown.startsWith('Device ')) {
    const known = await deviceBy(parts.db, directory, shown, parts.clock.now());
    if (known === null) return nobody;
    const { device, person, isRevoked } = known;
    const kind = isRevoked ? 'revoked-device' : 'device';
    return { ...nobody, actor: { kind, device, person } };
  }

  const { person: key, session, sessionHash } = await sessionOf(parts, c);
  const person = enabledPerson(directory, key);
  if (key === null || person === null) return { ...nobody, sessionHash };
  if ((c.req.header('rung-person') ?? key) !== key) return nobody;
  return { actor: { kind: 'person', person: key, roles: person.roles }, session, sessionHash };
}

/** Whose session the request carries; null = nobody's. Prolongs it where it is due. */
export async function personOf(parts: Parts, c: Context): Promise<string | null> {
  return (await sessionOf(parts, c)).person;
}

async function sessionOf({ auth }: Parts, c: Context) {
  const { cookies, ...found } = await auth.personOf(c.req.raw.headers);
  setCookies(c, cookies);
  return found;
}

export function setCookies(c: Context, cookies: readonly string[]): void {
  for (const cookie of cookies) c.header('Set-Cookie', cookie, { append: true });
}
