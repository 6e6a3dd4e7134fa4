import { enabledPerson } from '@rung/domain/directory/people.ts';
import { demoBe, type DemoPeople } from '@rung/protocol/demo.ts';
import { Hono } from 'hono';
import { addressOf } from './address.ts';
import { readBody } from './body.ts';
import { guard } from './guard.ts';
import { notFound, tooMany } from './problem.ts';
import type { Demo, Env, Parts } from './parts.ts';
import { sessionMessage, signedIn } from './session.ts';

/** The demo company. Where it is not played there is nothing behind these doors. */
export function demoRoutes(parts: Parts): Hono<Env> {
  const { auth, directory, limits } = parts;

  return new Hono<Env>()
    .get('/', guard(parts, 'GET /api/demo'), async (c) => {
      const { cast } = played(parts);
      const known = await directory.fresh();
      const people = cast.flatMap(({ key, part }) => {
        const person = enabledPerson(known, key);
        if (person === null) return [];
        const client = person.client === null ? null : known.client.get(person.client);
        return { key, name: person.name, part, client: client?.name ?? null };
      });
      return c.json({ people } satisfies DemoPeople);
    })

    .post('/be', guard(parts, 'POST /api/demo/be'), async (c) => {
      const { cast } = played(parts);
      const { person } = await readBody(c, demoBe);
      const known = await directory.fresh();
      const isOffered = cast.some(({ key }) => key === person);
      if (!isOffered || enabledPerson(known, person) === null) throw notFound();
      // Also what works is counted: each makes a session.
      const address = addressOf(c);
      const wait = await limits.take(`be ${person} ${address}`, address);
      if (wait > 0) throw tooMany(wait);
      const cookies = await auth.enter(person, c.req.raw.headers);
      return signedIn(c, sessionMessage(parts, known, person), cookies);
    });
}

/** @throws HttpProblem where it is not played: as an address that there is not. */
function played({ demo }: Parts): Demo {
  if (demo === null) throw notFound();
  return demo;
}
