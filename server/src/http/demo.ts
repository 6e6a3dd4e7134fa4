import { enabledPerson } from '@rung/domain/directory/people.ts';
import { demoBe, type DemoPaged, type DemoPeople, type DemoPhones } from '@rung/protocol/demo.ts';
import { Hono } from 'hono';
import { addressOf } from './address.ts';
import { readBody } from './body.ts';
import { guard, personOf } from './guard.ts';
import { HttpProblem, notFound, tooMany } from './problem.ts';
import type { Demo, Env, Parts } from './parts.ts';
import { sessionMessage, signedIn } from './session.ts';

/** The demo company. Where it is not played there is nothing behind these doors. */
export function demoRoutes(parts: Parts): Hono<Env> {
  const { auth, clock, directory, limits } = parts;

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
      const { cast, moved } = played(parts);
      const { person } = await readBody(c, demoBe);
      const known = await directory.fresh();
      const isOffered = cast.some(({ key }) => key === person);
      if (!isOffered || enabledPerson(known, person) === null) throw notFound();
      // Also what works is counted: each makes a session.
      const address = addressOf(c);
      const wait = await limits.take(`be ${person} ${address}`, address);
      if (wait > 0) throw tooMany(wait);
      const before = await personOf(parts, c);
      const cookies = await auth.enter(person, c.req.raw.headers);
      moved(before, person);
      return signedIn(c, sessionMessage(parts, known, person), cookies);
    })

    .post('/page-me', guard(parts, 'POST /api/demo/page-me'), async (c) => {
      const demo = played(parts);
      const { actor } = c.var;
      if (actor.kind !== 'person') throw notFound();
      const address = addressOf(c);
      const wait = await limits.take(`page ${actor.person} ${address}`, address);
      if (wait > 0) throw tooMany(wait);
      const paged = await demo.pageMe(actor.person);
      if (paged.ok) return c.json(paged.value satisfies DemoPaged);
      const title =
        'Nothing pages this person first. Be the technician, the responder or the lead.';
      throw new HttpProblem('refused', title, { code: paged.refusal });
    })

    .get('/phones', guard(parts, 'GET /api/demo/phones'), async (c) => {
      const phones = await played(parts).phones();
      return c.json({ phones, now: clock.now() } satisfies DemoPhones);
    });
}

/** @throws HttpProblem where it is not played: as an address that there is not. */
function played({ demo }: Parts): Demo {
  if (demo === null) throw notFound();
  return demo;
}
