import { scopesOf } from '@rung/domain/access/scopes.ts';
import type { Instant } from '@rung/domain/base/time.ts';
import type { SentCommand } from '@rung/protocol/exchange.ts';
import { commandsAt } from '../db/device-commands.ts';
import { devicesById } from '../db/devices.ts';
import type { DirectoryCache } from '../db/directory.ts';
import type { Database } from '../db/open.ts';
import { headOf } from '../db/pull.ts';
import type { Log } from '../log.ts';
import { type Cookie, type Cookies, heldScopes } from './cookie.ts';
import { lineOf } from './lines.ts';
import { isDone, type Pulling, retry, type Sizes, type Step, step } from './pull.ts';
import { startOf } from './start.ts';

export type Asked = {
  readonly person: string;
  readonly device: string;
  readonly cookie: Cookie | null;
  readonly commands: readonly SentCommand[];
  readonly now: Instant;
};

type Parts = {
  readonly db: Database;
  readonly directory: DirectoryCache;
  readonly cookies: Cookies;
  readonly log: Log;
};

/** What is read at once: more than this waits until this much is on its way. */
const usual: Sizes = {
  linesAPortion: 2000,
  bytesAPortion: 4_000_000,
  bytesAStep: 1_000_000,
  ticketsAStep: 200,
  itemsAStep: 1000,
};

/** Lines that a device may take for good together. `isLast`: it has everything then. */
export type Portion = { readonly lines: readonly string[]; readonly isLast: boolean };

/**
 * The answer to an exchange, a portion at a time; each is read in one snapshot of the database and handed out after it. The
 * last one says what became of the commands as of the same moment. A device that lost a scope meanwhile is not told the
 * rest: it asks again, and is told what to drop.
 */
export async function* answer(
  parts: Parts,
  asked: Asked,
  sizes: Sizes = usual,
): AsyncGenerator<Portion> {
  const { db, directory, cookies, log } = parts;
  let state: Cookie | null = null;
  for (;;) {
    const before: Cookie | null = state;
    const portion = await db.snapshot(async (all) => {
      const [head] = await all(headOf(db));
      if (head === undefined) throw new Error('defect: there is no sync_head');
      const scopes = scopesOf(asked.person, await directory.fresh(all));
      const pulling: Pulling = { db, all, head, log, scopes, sizes };
      const lines: string[] = [];
      let bytes = 0;
      const take = (next: Step): Cookie => {
        lines.push(...next.lines);
        bytes += next.lines.reduce((sum, line) => sum + line.length, 0);
        return next.state;
      };
      let at: Cookie;
      if (before === null) {
        const start = startOf(asked.person, asked.cookie, head, scopes);
        const { mode, isResumed, add, del } = start;
        const change = { add: [...add], del: [...del] };
        const { epoch } = head;
        lines.push(lineOf({ t: 'head', mode, isResumed, scopes: change, epoch, time: asked.now }));
        at = start.state;
        if (at.missing.length > 0) at = take(await retry(at, pulling));
      } else {
        if (heldScopes(before).some((scope) => !scopes.includes(scope))) return null;
        at = before;
      }
      const isFull = () => lines.length >= sizes.linesAPortion || bytes >= sizes.bytesAPortion;
      while (!isDone(at, pulling) && !isFull()) at = take(await step(at, pulling));
      state = at;
      if (!isDone(at, pulling)) {
        lines.push(lineOf({ t: 'mark', resume: cookies.write(at) }));
        return { lines, isLast: false };
      }
      const [device] = await all(devicesById(db, [asked.device]));
      const last = device?.last ?? 0;
      const places = asked.commands
        .filter(({ id }) => id <= last)
        .map(({ id }) => ({ device: asked.device, n: id }));
      const settled = places.length === 0 ? [] : await all(commandsAt(db, places));
      const settledBy = new Map(settled.map((row) => [row.n, row]));
      for (const { id, uid } of asked.commands.filter((command) => command.id <= last)) {
        const row = settledBy.get(id);
        // Another device that goes by this name had the id: what became of that one's says nothing of this one's.
        if (row !== undefined && row.uid !== uid) continue;
        const { outcome, code } = row ?? { outcome: 'noop' as const, code: 'forgotten' };
        lines.push(lineOf({ t: 'result', id, uid, outcome, code }));
      }
      lines.push(lineOf({ t: 'end', cookie: cookies.write({ ...at, isSnapshot: false }), last }));
      return { lines, isLast: true };
    });
    if (portion === null) return;
    yield portion;
    if (portion.isLast) return;
  }
}
