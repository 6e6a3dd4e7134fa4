import { hasAdmin } from '@rung/domain/directory/people.ts';
import { starterDirectory } from '@rung/domain/directory/starter.ts';
import { setup } from '@rung/protocol/session.ts';
import { Hono } from 'hono';
import { planDraft } from '../apply/plan-draft.ts';
import { linkOf, revokeSetup } from '../auth/links.ts';
import { readBody } from './body.ts';
import { guard } from './guard.ts';
import { HttpProblem } from './problem.ts';
import type { Env, Parts } from './parts.ts';
import { sessionMessage, signedIn } from './session.ts';

/** The first administrator, made with the token from the log. */
export function setupRoutes(parts: Parts): Hono<Env> {
  const { auth, clock, db, directory, log, writer } = parts;

  return new Hono<Env>().post('/', guard(parts, 'POST /api/setup'), async (c) => {
    const { token, password, ...first } = await readBody(c, setup);
    // The token is read first: whoever is first revokes it after his edit, so that the other, who
    // finds no token, finds the administrator.
    const link = await linkOf(db, token, 'setup', clock.now());
    if (hasAdmin(await directory.fresh())) throw alreadySetUp();
    if (link === null) {
      const title = 'This is not the set-up token. It stands in the log of the server.';
      throw new HttpProblem('forbidden', title, { field: 'token' });
    }

    const { person, draft } = starterDirectory(first);
    // Of two at once the one whose edit counts gets his password set; the other is told.
    const refused = await writer.editDirectory('setup', (world) => {
      if (hasAdmin(world.directory)) return { changes: [], answer: alreadySetUp() };
      const plan = planDraft(world, draft, false);
      if (plan.ok) return { changes: plan.value.changes, answer: null };
      const why = plan.refusal.map(({ path, message }) => `${path.join('.')} ${message}`);
      return {
        changes: [],
        answer: new HttpProblem('refused', `This will not do: ${why.join('; ')}`),
      };
    });
    if (refused !== null) throw refused;
    try {
      await revokeSetup(db);
      await auth.setPassword(person, password);
    } catch (error) {
      log.error(`the first administrator has no password: run "pnpm directory link ${person}"`, {
        error,
      });
      throw error;
    }
    const cookies = await auth.signIn(person, password, c.req.raw.headers);
    return signedIn(c, sessionMessage(parts, await directory.fresh(), person), cookies ?? []);
  });
}

function alreadySetUp(): HttpProblem {
  return new HttpProblem('conflict', 'Rung is set up already. Sign in, or ask your administrator.');
}
