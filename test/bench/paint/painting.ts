/** From the tap to the frame that shows what it did, as kept on this phone: without a network, 2,000 open tickets held. */

import { m } from '@rung/messages/compiled/messages.js';
import type { Page } from 'playwright-core';
import { type Extent, type Figure, figureOf, quantile } from '../figures.ts';
import { houseOf, load, openChromium, phoneOf } from './device.ts';

/** Which of the tickets page the person of the phone: every so manieth. */
const kinds = [
  { name: 'some pages', paged: 25 },
  { name: 'every ticket a page', paged: 1 },
] as const;

export async function measurePainting({ isBrief, progress }: Extent): Promise<readonly Figure[]> {
  const [tickets, rounds, acts] = isBrief ? [100, 1, 2] : [2000, 3, 24];
  const browser = await openChromium();
  const figures: Figure[] = [];
  for (const { name, paged } of kinds) {
    const { house, asked } = await houseOf(tickets, paged);
    const found = { ours: [] as number[][], floor: [] as number[][] };
    for (let round = 1; round <= rounds; round += 1) {
      const phone = await phoneOf(browser, house, tickets);
      const ours: number[] = [];
      const floor: number[] = [];
      for (const ticket of asked.slice(-acts)) {
        await phone.opened(ticket);
        floor.push(await keepsAndMarks(phone.page));
        ours.push(await acknowledges(phone.page));
      }
      await phone.close();
      found.ours.push(ours);
      found.floor.push(floor);
      const said = (of: readonly number[]) =>
        [0.5, 0.95, 1].map((part) => quantile(of, part).toFixed(0)).join(', ');
      progress(
        `${name}, round ${round} of ${rounds}, load ${load()}: half, 95 %, all within ${said(ours)} ms; the floor ${said(floor)} ms`,
      );
    }
    await house.close();
    for (const part of [0.5, 0.95]) {
      figures.push(
        figureOf({
          goal: 'paint',
          what: `tap to the frame that shows it, ${tickets} tickets, ${name}, p${part * 100}, ms`,
          ours: found.ours.map((round) => quantile(round, part)),
          peers: { 'one row kept and one mark shown': found.floor.map((of) => quantile(of, part)) },
          better: 'less',
          ...(part === 0.5
            ? {}
            : { target: { text: '<= 50 ms', ratio: Number.POSITIVE_INFINITY, most: 50 } }),
        }),
      );
    }
  }
  await browser.close();
  return figures;
}

/** ms from `pointerup` until the frame is drawn in which the ticket says that this waits on the phone. */
async function acknowledges(page: Page): Promise<number> {
  const lasts = page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const mark = '.st-phone';
        if (document.querySelector(mark)) reject(new Error('it waits before it was done'));
        let from = 0;
        const tapped = (event: Event): void => void (from = event.timeStamp);
        addEventListener('pointerup', tapped, { capture: true, once: true });
        const watching = new MutationObserver(() => {
          if (!document.querySelector(mark)) return;
          watching.disconnect();
          requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => resolve(performance.now() - from);
            port2.postMessage(null);
          });
        });
        watching.observe(document.body, { childList: true, subtree: true });
      }),
  );
  await page.getByRole('button', { name: m.command_acknowledge(), exact: true }).click();
  return lasts;
}

/** The least that an act can be: one row is kept by the same promise (strict), one mark is shown. */
function keepsAndMarks(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open('floor', 1);
        opening.onupgradeneeded = () => opening.result.createObjectStore('row');
        opening.onerror = () => reject(new Error('no database'));
        opening.onsuccess = () => {
          const database = opening.result;
          const from = performance.now();
          const keeping = database.transaction('row', 'readwrite', { durability: 'strict' });
          keeping.objectStore('row').put({ at: from }, 'one');
          keeping.oncomplete = () => {
            database.close();
            const mark = document.body.appendChild(document.createElement('span'));
            mark.textContent = 'kept';
            requestAnimationFrame(() => {
              const { port1, port2 } = new MessageChannel();
              port1.onmessage = () => {
                mark.remove();
                resolve(performance.now() - from);
              };
              port2.postMessage(null);
            });
          };
        };
      }),
  );
}
