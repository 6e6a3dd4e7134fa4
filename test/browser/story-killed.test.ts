import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser } from '../harness/browser.ts';
import { coldStoreInAHurry } from '../harness/cold-store.ts';
import { dialects } from '../harness/dialects.ts';
import { castOf, tellFromTheCellar, type Turn } from '../harness/from-the-cellar.ts';
import { openPushService, type PushService } from '../harness/push-service.ts';
import { realHouse, type RealHouse } from '../harness/real-house.ts';

type Befalls = { readonly [At in Turn]?: () => Promise<void> };

describe.each(dialects)(
  'the program on %s, killed with -9 in the middle of the story',
  (dialect) => {
    let browser: Browser;
    let service: PushService;
    let house: RealHouse;
    beforeAll(async () => {
      [browser, service] = await Promise.all([openBrowser(), openPushService()]);
      house = await realHouse(dialect, { directory: coldStoreInAHurry, service });
    });
    afterAll(() => Promise.all([browser.close(), service.close(), house.close()]));

    test('comes to the same end as when it lived', { timeout: 240_000 }, async ({ annotate }) => {
      const cast = await castOf(browser, service, house);
      async function tell(title: string, befalls: Befalls = {}) {
        const { end, toldInMs } = await tellFromTheCellar(house, cast, title, {
          at: async (turn) => befalls[turn]?.(),
        });
        await annotate(`${dialect}, ${title}: told in ${JSON.stringify(toldInMs)} ms`);
        return end;
      }
      async function dieAndRise(): Promise<void> {
        await house.kill();
        await house.start();
      }

      const lived = await tell('Pump 1 leaks');
      expect(lived).toMatchObject({ owner: 'lena', run: 'acked' });

      const killed = await tell('Pump 2 leaks', {
        // The push service has the first one's page, and nobody will ever hear what it answers.
        async typed() {
          const { endpoint } = (await cast.mara.pushes.subscribed())!;
          service.script(endpoint, { how: 'hang' });
        },
        async 'up the stairs'() {
          const isPushed = () =>
            service.received.some(({ text }) => text?.includes('Pump 2 leaks'));
          await expect.poll(isPushed).toBe(true);
          await dieAndRise();
        },
        'both are woken': dieAndRise,
        'not sent yet': dieAndRise,
      });
      expect(killed).toEqual(lived);
      expect(house.errors()).toEqual([]);
    });
  },
);
