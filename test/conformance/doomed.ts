/**
 * A process that opens a database, does one deed and kills itself right before its n-th statement, or when that
 * is answered: node doomed.ts <database> <deed> before|after <n>. Prints how many statements there were, if it lives.
 *
 * On Postgres it does not hold statements back to let them leave together, so it also dies where a real process
 * hardly can: with half of a commit under way.
 */

import { Socket } from 'node:net';
import { writeSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import pg from 'pg';
import { deedOf, reportedAt, within } from './deeds.ts';

const [url = '', name = '', side = '', place = ''] = process.argv.slice(2);
const { deed, afterMs } = deedOf(name);
const now = reportedAt + afterMs;
let count = Number.NEGATIVE_INFINITY;

await within(new URL(url), now, async (writer) => {
  watchStatements();
  count = 0;
  await deed(writer, now, async () => undefined);
  writeSync(1, String(count));
  count = Number.NEGATIVE_INFINITY;
});

/** Every way of both drivers to send a statement, also a read, and also `begin` and `commit`. */
function watchStatements(): void {
  const statement = Object.getPrototypeOf(new Sqlite(':memory:').prepare('select 1')) as object;
  for (const way of ['run', 'get', 'all', 'iterate']) watch(statement, way);
  watch(pg.Client.prototype, 'query');
  Socket.prototype.cork = () => undefined;
}

function watch(prototype: object, way: string): void {
  const { value: send } = Object.getOwnPropertyDescriptor(prototype, way) as {
    value: (...args: unknown[]) => unknown;
  };
  const watched = function (this: unknown, ...args: unknown[]): unknown {
    count += 1;
    if (side === 'before' && count === Number(place)) die();
    const answer = send.apply(this, args);
    if (side !== 'after' || count !== Number(place)) return answer;
    return answer instanceof Promise ? answer.then(die) : die();
  };
  Object.defineProperty(prototype, way, { value: watched, configurable: true, writable: true });
}

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}
