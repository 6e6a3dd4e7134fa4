import { useThisDevice, type ThisDevice } from './this-device.svelte.ts';

/** What the list of each device showed last: a link to it says nothing of that. It lasts as long as the page. */
const last = new WeakMap<ThisDevice, string>();
/** Where a ticket was opened from last: the list of work, or the queue as it was. */
const from = new WeakMap<ThisDevice, string>();

/** The end of the address under which one saw his work last; to be asked while a component is made. */
export function useLastWork(): { search: string } {
  const device = useThisDevice()();
  return {
    get search() {
      return device === null ? '' : (last.get(device) ?? '');
    },
    set search(search: string) {
      if (device !== null) last.set(device, search);
    },
  };
}

/** The list that a ticket leads back to: "/", or the queue with its address; to be asked while a component is made. */
export function useLastList(): { href: string } {
  const device = useThisDevice()();
  return {
    get href() {
      return device === null ? '/' : (from.get(device) ?? '/');
    },
    set href(href: string) {
      if (device !== null) from.set(device, href);
    },
  };
}
