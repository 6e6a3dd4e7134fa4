import { getLocale } from '@rung/messages/compiled/runtime.js';

/** A message in the reader's language (vite.config.ts). */
/* @__NO_SIDE_EFFECTS__ */
export const say = (en, de) => (inputs) => (getLocale() === 'de' ? de : en)(inputs);
