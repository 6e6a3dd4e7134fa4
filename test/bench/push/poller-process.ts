/** The peer of G7: a table of deadlines that is looked at every second, and web-push. It decides nothing. Not for import. */

import type { Subscription } from '@rung/protocol/push.ts';
import Sqlite from 'better-sqlite3';
import webPush from 'web-push';
import { answering } from '../child.ts';
import { options, payloadAt, subject } from './page.ts';

export type PollerOpening = {
  readonly file: string;
  readonly phone: Subscription;
  /** When each of them is due, by its id. */
  readonly dues: readonly (readonly [id: string, dueAt: number])[];
};

const every = 1000;

await answering(async ({ file, phone, dues }: PollerOpening) => {
  const vapidDetails = { subject, ...webPush.generateVAPIDKeys() };
  const db = new Sqlite(file);
  db.pragma('journal_mode = wal');
  db.exec('create table deadline (id text primary key, due_at integer, sent_at integer)');
  db.exec('create index next on deadline (due_at) where sent_at is null');
  const add = db.prepare('insert into deadline (id, due_at) values (?, ?)');
  db.transaction(() => dues.forEach((one) => add.run(...one)))();
  const due = db.prepare<[number], { id: string }>(
    'select id from deadline where due_at <= ? and sent_at is null order by due_at',
  );
  const sent = db.prepare('update deadline set sent_at = ? where id = ?');

  async function send(id: string): Promise<void> {
    await webPush.sendNotification(phone, payloadAt(Date.now()), {
      ...options,
      topic: id,
      vapidDetails,
    });
    sent.run(Date.now(), id);
  }
  setInterval(() => {
    for (const { id } of due.all(Date.now())) void send(id);
  }, every);
  return async () => ({ isOpen: true });
});
