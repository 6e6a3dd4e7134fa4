import { receipts } from '@rung/protocol/push.ts';
import { Hono } from 'hono';
import { sentToDevice } from '../db/notifications.ts';
import { askingDevice } from './asking-device.ts';
import { readBody } from './body.ts';
import { guard } from './guard.ts';
import type { Env, Parts } from './parts.ts';

/**
 * What a device showed, and what was opened on it. Answered alike whatever it names: ids of others cannot be tried out, and
 * a device that says it again after a lost answer is not kept busy. Only what is news of its own is given to the writer,
 * which would lock the tickets that the others are about.
 */
export function receiptRoutes(parts: Parts): Hono<Env> {
  const { db, writer } = parts;

  return new Hono<Env>().post('/', guard(parts, 'POST /api/receipts'), async (c) => {
    const { receipts: given } = await readBody(c, receipts);
    const whose = askingDevice(c);
    const ids = [...new Set(given.map(({ notification }) => notification))];
    const own = new Map((await sentToDevice(db, whose, ids)).map(({ id, state }) => [id, state]));
    const news = given.filter(({ notification, kind }) => {
      const state = own.get(notification);
      return state !== undefined && state !== 'opened' && state !== kind;
    });
    await Promise.all(news.map((receipt) => writer.receive({ ...receipt, ...whose })));
    return c.body(null, 204);
  });
}
