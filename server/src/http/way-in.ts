/** Ways in for those who have no password yet: the first administrator, and people with a one-time link. */

import { setup, welcome, welcomeToken } from '@rung/protocol/session.ts';
import { organisationKey } from '@rung/domain/directory/directory.ts';
import { type Draft, emptyDraft } from '@rung/domain/directory/draft.ts';
import { starterDirectory } from '@rung/domain/directory/starter.ts';
import { Hono } from 'hono';
import { giveBack, linkOf, revokeLinks, useLink } from '../auth/links.ts';
import type { World } from '../apply/world.ts';
import { planDraft } from '../apply/plan-draft.ts';
import { readBody } from './body.ts';
import { guard } from './guard.ts';
import { HttpProblem } from './problem.ts';
import type { Env, Rooms } from './rooms.ts';
import { hasAdmin, sessionMessage, signedIn } from './session.ts';

export function setupRoutes(rooms: Rooms): Hono<Env> {
  const { auth, clock, db, directory, writer } = rooms;

  return new Hono<Env>().post('/', guard(rooms, 'POST /api/setup'), async (c) => {
    const { token, password, ...first } = await readBody(c, setup);
    if (hasAdmin(await directory.fresh())) throw alreadySetUp();
    if ((await linkOf(db, token, 'setup', clock.now())) === null) {
      throw new HttpProblem(
        'forbidden',
        'This is not the set-up token. It stands in the log of the server.',
        { field: 'token' },
      );
    }

    const { person, draft } = starterDirectory(first);
    if ((await directory.fresh()).person.has(person)) throw nameTaken();
    // The login comes first: without the person it opens nothing, and a kill in between leaves set-up to be done again.
    await auth.setPassword(person, password);
    const refused = await writer.editDirectory('setup', (world) => setUp(world, draft));
    if (refused !== null) throw refused;
    await revokeLinks(db, { purpose: 'setup', person: null });
    const cookies = await auth.signIn(person, password, c.req.raw.headers);
    return signedIn(c, sessionMessage(await directory.fresh(), person), cookies ?? []);
  });
}

/** On a directory that was applied before anybody could sign in, only the administrator is added. */
function setUp(world: Pick<World, 'directory' | 'teamsInUse'>, draft: Draft) {
  if (hasAdmin(world.directory)) return { changes: [], answer: alreadySetUp() };
  const isEmpty = !world.directory.organisation.has(organisationKey);
  const plan = planDraft(world, isEmpty ? draft : { ...emptyDraft, person: draft.person }, false);
  if (plan.ok) return { changes: plan.value.changes, answer: null };
  const why = plan.refusal.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ');
  return { changes: [], answer: new HttpProblem('refused', `This cannot be set up: ${why}`) };
}

/** The key comes from the name: the password of somebody who is there already must not be set. */
function nameTaken(): HttpProblem {
  return new HttpProblem(
    'refused',
    'Somebody of this name is in the directory. Add a middle name.',
    {
      field: 'name',
    },
  );
}

function alreadySetUp(): HttpProblem {
  return new HttpProblem('conflict', 'Rung is set up already. Sign in, or ask your administrator.');
}

export function welcomeRoutes(rooms: Rooms): Hono<Env> {
  const { auth, clock, db, directory } = rooms;

  return new Hono<Env>()
    .post('/person', guard(rooms, 'POST /api/welcome/person'), async (c) => {
      const { token } = await readBody(c, welcomeToken);
      const link = await linkOf(db, token, 'welcome', clock.now());
      const person = (await directory.fresh()).person.get(link?.person ?? '');
      if (person === undefined || person.disabled) throw linkUsed();
      return c.json({ name: person.name, email: person.email });
    })

    .post('/', guard(rooms, 'POST /api/welcome'), async (c) => {
      const { token, password } = await readBody(c, welcome);
      const link = await useLink(db, token, 'welcome', clock.now());
      const key = link?.person ?? null;
      const now = await directory.fresh();
      const person = now.person.get(key ?? '');
      if (key === null || person === undefined || person.disabled) throw linkUsed();
      try {
        await auth.setPassword(key, password);
      } catch (error) {
        await giveBack(db, token);
        throw error;
      }
      const cookies = await auth.signIn(key, password, c.req.raw.headers);
      return signedIn(c, sessionMessage(now, key), cookies ?? []);
    });
}

function linkUsed(): HttpProblem {
  return new HttpProblem(
    'link-used',
    'This link was used or is too old. Ask your administrator for a new one.',
  );
}
