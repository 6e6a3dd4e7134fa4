/** What a device needs once in its life, or at night: fetched when it is, and in one, because each address weighs on every page. */

export { answerByDoors } from './answers.ts';
export { register } from './register.ts';
export { takeGap } from './renew.ts';
export { endDevice } from './revoked.ts';
