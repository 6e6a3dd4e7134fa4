import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser } from '../harness/browser.ts';
import { coldStore } from '../harness/cold-store.ts';
import { dialects } from '../harness/dialects.ts';
import { castOf, tellFromTheCellar } from '../harness/from-the-cellar.ts';
import { testHouse, type TestHouse } from '../harness/house.ts';
import { pagingBy } from '../harness/paged-phone.ts';
import { openPushService, type PushService } from '../harness/push-service.ts';

const minute = 60_000;

describe.each(dialects)('a ticket that is typed in a cellar, with %s', (dialect) => {
  let browser: Browser;
  let service: PushService;
  let house: TestHouse;
  beforeAll(async () => {
    [browser, service] = await Promise.all([openBrowser(), openPushService()]);
    house = await testHouse(dialect, { directory: coldStore, ...pagingBy(service) });
  });
  afterAll(() => Promise.all([browser.close(), service.close(), house.close()]));

  test(
    'wakes one after the other until somebody has it, and the cellar sees who',
    { timeout: 120_000 },
    async () => {
      const cast = await castOf(browser, service, house);
      const { end } = await tellFromTheCellar(house, cast, 'Cold store 4 too warm', {
        nobodyAnswers: () => house.forward(16 * minute),
      });
      expect(end).toMatchObject({ owner: 'lena', run: 'acked' });

      // Nobody is woken any more.
      const pushed = service.received.length;
      await house.forward(20 * minute);
      expect(service.received.length).toBe(pushed);
    },
  );
});
