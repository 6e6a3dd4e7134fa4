/** Whether this server plays the demo company (docs/decisions/0014). */

import type { Config } from './config.ts';
import { isLoopback } from './loopback.ts';

/** What stands in the database. */
export type Found = {
  /** It was made for the demo. */
  readonly isMarked: boolean;
  /** Nobody is in its directory, and there is no ticket. */
  readonly isEmpty: boolean;
};

/** `isReachable`: others than this machine may reach it, and be whom they like. `refused`: why it cannot start. */
export type DemoDecision =
  | { readonly kind: 'on'; readonly isReachable: boolean }
  | { readonly kind: 'off' }
  | { readonly kind: 'refused'; readonly sentence: string };

type Asked = Pick<Config, 'demo' | 'host' | 'publicUrl' | 'databaseUrl'>;

/**
 * By itself only where nobody else can come in, and nothing is there: on SQLite, with HOST and PUBLIC_URL on this machine.
 * Made-up people and real ones never share a database, whatever the variables say.
 */
export function demoDecision(config: Asked, { isMarked, isEmpty }: Found): DemoDecision {
  const { demo, databaseUrl } = config;
  const isReachable = !isOfThisMachine(config);
  const isWanted = demo ?? (databaseUrl.protocol === 'file:' && !isReachable);
  if (isWanted && (isMarked || isEmpty)) return { kind: 'on', isReachable };
  if (isMarked) return { kind: 'refused', sentence: `${demoHere}: ${wayOut(demo)}` };
  return demo === true ? { kind: 'refused', sentence: realHere } : { kind: 'off' };
}

const demoHere = 'this database is that of the demo, with made-up people whom anybody may be';

/** Why the directory of a demo takes nobody else's. */
export const demoStays =
  'This is the demo: real people do not move in with made-up ones. Stop it, and begin for real with RUNG_DEMO=0 and another RUNG_DATA.';

function wayOut(demo: boolean | null): string {
  const begin = 'to begin for real give Rung another, by RUNG_DATA or DATABASE_URL';
  return demo === false
    ? `${begin}, or leave RUNG_DEMO out to see the demo again`
    : `${begin}; RUNG_DEMO=1 shows the demo to whoever reaches this address`;
}

const realHere =
  'RUNG_DEMO=1 wants the demo, but this database is in use: the demo makes people up, and needs an empty one. Give it another, by RUNG_DATA or DATABASE_URL';

function isOfThisMachine({ host, publicUrl }: Asked): boolean {
  const listens = URL.parse(`http://${host.includes(':') ? `[${host}]` : host}`);
  return listens !== null && isLoopback(listens) && isLoopback(publicUrl);
}
