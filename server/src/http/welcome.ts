import { enabledPerson } from '@rung/domain/directory/people.ts';
import { welcome, welcomeToken } from '@rung/protocol/session.ts';
import { Hono } from 'hono';
import { giveBack, linkOf, useLink } from '../auth/links.ts';
import { readBody } from './body.ts';
import { guard } from './guard.ts';
import { HttpProblem } from './problem.ts';
import type { Env, Parts } from './parts.ts';
import { sessionMessage, signedIn } from './session.ts';

/** A one-time link: whom it is for, and choosing a password with it. */
export function welcomeRoutes(parts: Parts): Hono<Env> {
  const { auth, clock, db, directory } = parts;

  return new Hono<Env>()
    .post('/person', guard(parts, 'POST /api/welcome/person'), async (c) => {
      const { token } = await readBody(c, welcomeToken);
      const link = await linkOf(db, token, 'welcome', clock.now());
      const person = enabledPerson(await directory.fresh(), link?.person ?? null);
      if (person === null) throw linkUsed();
      return c.json({ name: person.name, email: person.email });
    })

    .post('/', guard(parts, 'POST /api/welcome'), async (c) => {
      const { token, password } = await readBody(c, welcome);
      const link = await useLink(db, token, 'welcome', clock.now());
      const key = link?.person ?? null;
      const now = await directory.fresh();
      if (key === null || enabledPerson(now, key) === null) throw linkUsed();
      try {
        await auth.setPassword(key, password);
      } catch (error) {
        await giveBack(db, token);
        throw error;
      }
      const cookies = await auth.signIn(key, password, c.req.raw.headers);
      return signedIn(c, sessionMessage(parts, now, key), cookies ?? []);
    });
}

function linkUsed(): HttpProblem {
  const title = 'This link was used or is too old. Ask your administrator for a new one.';
  return new HttpProblem('link-used', title);
}
