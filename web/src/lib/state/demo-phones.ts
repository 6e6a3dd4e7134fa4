import type { DemoPhones } from '@rung/protocol/demo.ts';
import { createQuery } from '@tanstack/svelte-query';
import { demo } from '#lib/http/demo.ts';
import { newQueryClient, valueOf } from './query-client.ts';
import type { Reading } from './reading.ts';

export type DemoPhone = DemoPhones['phones'][number];

/** How long a screen of them is old, ms. */
const refreshMs = 2000;

/** The simulated phones, read again and again while somebody looks. */
export function phonesQuery(reading: Reading) {
  const client = reading.client(newQueryClient);
  return createQuery(
    () => ({
      queryKey: ['demo phones'],
      queryFn: () => valueOf(demo.phones()),
      refetchInterval: refreshMs,
    }),
    () => client,
  );
}
