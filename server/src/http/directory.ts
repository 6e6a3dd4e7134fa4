import { applyRequest, linkRequest } from '@rung/protocol/directory.ts';
import { type Context, Hono } from 'hono';
import { readBody } from './body.ts';
import { demoStays } from '../demo-decision.ts';
import { guard } from './guard.ts';
import { HttpProblem, notFound } from './problem.ts';
import type { Env, Parts } from './parts.ts';

/** The directory as a document: what `pnpm directory` and an administrator's tools speak to. */
export function directoryRoutes(parts: Parts): Hono<Env> {
  const { door } = parts;

  return new Hono<Env>()
    .get('/', guard(parts, 'GET /api/directory'), async (c) => c.json(await door.export()))

    .post('/', guard(parts, 'POST /api/directory'), async (c) => {
      if (parts.demo !== null) throw new HttpProblem('conflict', demoStays);
      const applied = await door.apply(await readBody(c, applyRequest), nameOf(c));
      if (applied.ok) return c.json(applied.value);
      throw new HttpProblem('refused', 'The directory was not changed: the document has faults.', {
        issues: applied.refusal.map(({ path, message }) => ({ path: [...path], message })),
      });
    })

    .post('/links', guard(parts, 'POST /api/directory/links'), async (c) => {
      const { person } = await readBody(c, linkRequest);
      const link = await door.link(person);
      if (link === null) throw notFound();
      return c.json(link);
    });
}

/** Who the log says made the edit. */
function nameOf(c: Context<Env>): string {
  const { actor } = c.var;
  return actor.kind === 'person' ? actor.person : actor.kind;
}
