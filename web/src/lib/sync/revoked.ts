/** The end of a device that was removed: what its person typed goes to the dropbox, then everything here goes. */

import { dropboxLimit } from '@rung/protocol/device.ts';
import { bytesOf } from '@rung/sync/outbox.ts';
import type { Local } from '../local/local.ts';
import { readPager } from '../local/pager.ts';
import type { World } from './exchange.ts';
import { forgetRows } from './settle.ts';

/**
 * `wiped`: all is gone from here, and what waited is on the server. `kept`: the dropbox will not take it (no secret, or too
 * late): rows are gone, words stay for their person. `later`: it could not be reached.
 */
export type Ended = { readonly kind: 'wiped' | 'kept' | 'later' };

export async function endDevice(
  local: Local,
  { fetch }: Pick<World, 'fetch'>,
  drafts: readonly unknown[],
): Promise<Ended> {
  const [outbox, problems] = await local.read((reading) =>
    Promise.all([reading.outbox(), reading.problems()]),
  );
  const boxes = boxesOf([
    ...outbox.map((pending) => ({ pending })),
    ...problems.map((problem) => ({ problem })),
    ...drafts.map((draft) => ({ draft })),
  ]);
  if (boxes.length > 0) {
    const asked = await readPager(local.person, local.engine);
    const pager = asked.kind === 'open' ? asked.pager : null;
    if (pager === null) {
      await forgetRows(local);
      return { kind: 'kept' };
    }
    for (const body of boxes) {
      let status: number;
      try {
        const response = await fetch('/api/sync/dropbox', {
          method: 'POST',
          headers: {
            'Content-Type': 'application/json',
            Authorization: `Device ${pager.device}.${pager.secret}`,
          },
          body,
        });
        status = response.status;
      } catch {
        return { kind: 'later' };
      }
      if (status >= 500 || status === 429) return { kind: 'later' };
      if (status >= 300) {
        await forgetRows(local);
        return { kind: 'kept' };
      }
    }
  }
  await local.wipe();
  return { kind: 'wiped' };
}

/** As few bodies as hold it all, each below the limit. */
function boxesOf(things: readonly object[]): readonly string[] {
  const boxes: string[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const thing of things) {
    const text = JSON.stringify(thing);
    bytes += bytesOf(text) + 1;
    if (bytes > dropboxLimit - 2) {
      boxes.push([]);
      bytes = bytesOf(text) + 1;
    }
    boxes.at(-1)?.push(text);
  }
  return boxes.map((texts) => `[${texts.join(',')}]`);
}
