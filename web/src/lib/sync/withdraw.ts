import { withdraw as withdrawn } from '@rung/sync/outbox.ts';
import type { Local } from '../local/local.ts';
import { picturesOf } from '../local/pictures.ts';
import { rederive } from './rederive.ts';

/**
 * Takes back what was done here and, as far as is known, not sent; with a report everything done to its ticket, and with
 * a picture its bytes. False = it
 * does not wait any more. If it did arrive after all, the server's answer says so, and the ticket is shown again.
 */
export function withdraw(local: Local, uid: string): Promise<boolean> {
  return local.apply(async (writing) => {
    const back = withdrawn(await writing.outbox.all(), uid);
    if (back.length === 0) return false;
    await writing.outbox.put(back);
    await writing.dropFiles(picturesOf(back.map(({ command }) => command)));
    await rederive(writing, local.person);
    return true;
  });
}
