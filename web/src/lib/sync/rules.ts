/** What a device needs to do something itself, or to show what waits: the domain's rules, and what runs them. */

export { report } from './attach.ts';
export { mutate } from './mutate.ts';
export { replayAll } from './rederive.ts';
export { withdraw } from './withdraw.ts';
