import type { Command } from '@rung/domain/ticket/commands.ts';
import { type PageAnswer, pageAnswer } from '@rung/protocol/push.ts';
import { pageId } from '@rung/protocol/text.ts';
import { Hono } from 'hono';
import * as v from 'valibot';
import { devicesById } from '../db/devices.ts';
import { type PageRow, pagesById } from '../db/pages.ts';
import { askingDevice } from './asking-device.ts';
import { readBody } from './body.ts';
import { guard } from './guard.ts';
import { outcomeOf } from './outcome.ts';
import { notFound } from './problem.ts';
import type { Env, Parts } from './parts.ts';

/**
 * The answer to a page from where it was shown: a notification, with the app closed and the session perhaps over. It is
 * a command of its person, given by his device, and answered as `POST /api/commands` answers.
 */
export function answerRoutes(parts: Parts): Hono<Env> {
  const { clock, db, writer } = parts;

  return new Hono<Env>().post(
    '/:id/answer',
    guard(parts, 'POST /api/pages/:id/answer'),
    async (c) => {
      const answer = await readBody(c, pageAnswer);
      const { device, person } = askingDevice(c);
      const page = await pageOf(c.req.param('id'), person);
      const [known] = await db.look(devicesById(db, [device]));
      if (known === undefined) throw notFound();
      const { uid, at, offset, now } = answer;
      const settled = await writer.command({
        uid,
        claim: { wall: at, offsetBefore: offset, offsetAfter: clock.now() - now },
        person,
        command: commandOf(answer, page),
        contactAt: known.contactAt,
      });
      return c.json(await outcomeOf(db, settled));
    },
  );

  /** The page of this id, if it is this person's. */
  async function pageOf(said: string, person: string): Promise<PageRow> {
    const id = v.safeParse(pageId, said);
    if (!id.success) throw notFound();
    const [page] = await db.look(pagesById(db, [id.output]));
    if (page?.person !== person) throw notFound();
    return page;
  }
}

function commandOf({ answer, seen }: PageAnswer, { id, ticket }: PageRow): Command {
  return answer === 'acknowledge'
    ? { name: 'acknowledge', args: { ticket, seen } }
    : { name: 'decline', args: { ticket, page: id } };
}
