import { m } from '@rung/messages/compiled/messages.js';
import type { MyPages } from '#lib/state/my-pages.svelte.ts';
import type { Session } from '#lib/state/session.svelte.ts';
import type { ThisDevice } from '#lib/state/this-device.svelte.ts';
import type { IconName } from '#lib/ui/Icon.svelte';

export type Place = {
  readonly href: string;
  readonly icon: IconName;
  readonly word: string;
  /** What waits there; 0 = nothing, and it is not shown. */
  readonly count: number;
  /** The count in a sentence. */
  readonly said: string;
};

/** Where one can go from anywhere. A client's person has no device, and so neither pages nor an outbox. */
export function placesOf(
  session: Session,
  device: ThisDevice | null,
  pages: MyPages,
): readonly Place[] {
  const quiet = { count: 0, said: '' };
  const isClient = session.person?.client != null;
  const work: Place = {
    ...{ href: '/', icon: 'work', ...quiet },
    word: isClient ? m.nav_work_client() : m.nav_work(),
  };
  const you: Place = { href: '/you', icon: 'who', word: m.nav_you(), ...quiet };
  if (device === null) return [work, you];
  const [waiting, unsent] = [pages.waiting.length, device.unsent + device.refused];
  return [
    work,
    {
      ...{ href: '/pages', icon: 'bell', word: m.nav_pages(), count: waiting },
      said: m.nav_pages_waiting({ n: waiting }),
    },
    {
      ...{ href: '/outbox', icon: 'up', word: m.nav_outbox(), count: unsent },
      said: m.nav_outbox_waiting({ n: unsent }),
    },
    you,
  ];
}

/** Where whoever looks over the work of others begins: at a desk only. */
export function queuePlace(): Place {
  return { href: '/queue', icon: 'work', word: m.nav_queue(), count: 0, said: '' };
}
