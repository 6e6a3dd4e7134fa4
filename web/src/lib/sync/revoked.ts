/** The end of a device that was removed: what its person typed goes to the dropbox, then everything here goes. */

import { dropboxLimit } from '@rung/protocol/version.ts';
import { bytesOf } from '@rung/sync/outbox.ts';
import type { Local } from '../local/local.ts';
import { deletePager } from '../local/delete-pager.ts';
import { readPager, type KeptAnswer, type Pager } from '../local/pager.ts';
import { clearScreen } from './clear-screen.ts';
import type { World } from './exchange.ts';
import { forgetRows } from './renew.ts';
import { watchSilence } from './silence.ts';

/**
 * `wiped`: all is gone from here, and what waited is on the server. `kept`: the dropbox will not take it (no secret, or too
 * late): rows are gone, words stay for their person. `later`: it could not be reached.
 */
export type Ended = { readonly kind: 'wiped' | 'kept' | 'later' };

type Asking = Pick<World, 'fetch' | 'later'>;

export async function endDevice(local: Local, world: Asking): Promise<Ended> {
  const sent = new Set<string>();
  for (;;) {
    const read = await readPager(local.person, local.engine);
    const pager = read.kind === 'open' ? read.pager : null;
    const left = await takeLeave(local, pager?.answers ?? [], sent);
    if (left.length === 0) {
      await clearScreen(local.person);
      await deletePager(local.person, local.engine);
      return { kind: 'wiped' };
    }
    const answer = pager === null ? 'refused' : await fillDropbox(pager, world, left);
    if (answer === 'refused') {
      await clearScreen(local.person);
      await forgetRows(local);
    }
    if (answer !== 'taken') return { kind: answer === 'refused' ? 'kept' : 'later' };
    for (const text of left) sent.add(text);
  }
}

/**
 * What is typed here and was not sent; nothing = all is sent, and gone from here in the same transaction. The tables are
 * emptied, the database stays: what somebody types a moment later is kept, instead of going with it.
 */
function takeLeave(
  local: Local,
  answers: readonly KeptAnswer[],
  sent: ReadonlySet<string>,
): Promise<readonly string[]> {
  return local.apply(async (writing) => {
    const typed = [
      ...answers.map((answer) => ({ answer })),
      ...(await writing.outbox.all()).map((pending) => ({ pending })),
      ...(await writing.problem.all()).map((problem) => ({ problem })),
      ...(await writing.draft.all()).map((draft) => ({ draft })),
      // What is to be seen on it small; its bytes end with the device.
      ...(await writing.file.all()).map((file) => ({ file })),
    ];
    const left = typed.map((thing) => JSON.stringify(thing)).filter((text) => !sent.has(text));
    if (left.length === 0) await writing.clear();
    return left;
  });
}

async function fillDropbox(
  { device, secret }: Pager,
  world: Asking,
  texts: readonly string[],
): Promise<'taken' | 'refused' | 'later'> {
  for (const body of boxesOf(texts)) {
    const silence = watchSilence(world);
    let status: number;
    try {
      const response = await world.fetch('/api/sync/dropbox', {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          Authorization: `Device ${device}.${secret}`,
        },
        body,
        signal: silence.signal,
      });
      status = response.status;
    } catch {
      return 'later';
    } finally {
      silence.end();
    }
    if (status >= 500 || status === 429) return 'later';
    if (status >= 300) return 'refused';
  }
  return 'taken';
}

/** As few bodies as hold it all, each below the limit. */
function boxesOf(texts: readonly string[]): readonly string[] {
  const boxes: string[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const text of texts) {
    bytes += bytesOf(text) + 1;
    if (bytes > dropboxLimit - 2) {
      boxes.push([]);
      bytes = bytesOf(text) + 1;
    }
    boxes.at(-1)?.push(text);
  }
  return boxes.map((inOne) => `[${inOne.join(',')}]`);
}
