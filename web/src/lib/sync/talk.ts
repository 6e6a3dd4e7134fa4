import type { Local } from '../local/local.ts';
import { startPokes } from './poke.ts';
import { startSync } from './start-sync.ts';
import type { Hearing, Talk } from './talk-later.ts';

/** Sends, fetches and hears of news, as long as the page lives. */
export function talk(local: Local, { language, tell, defect, signedOut }: Hearing): Talk {
  const sync = startSync(local, language, tell, defect);
  const pokes = startPokes(local.person, sync.kick, signedOut);
  return {
    kick: sync.kick,
    async stop() {
      pokes.stop();
      await sync.stop();
    },
  };
}
