/** What a live screen reads and asks for beside its device, so that what opens it need not carry it. */
export { readLive, type LiveNotice } from '#lib/sync/live-address.ts';
