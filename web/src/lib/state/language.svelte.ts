import { languages, type Language } from '@rung/domain/directory/directory.ts';
import { overwriteGetLocale } from '@rung/messages/compiled/runtime.js';
import { keep, kept } from './device.ts';

const isLanguage = (word: unknown): word is Language =>
  (languages as readonly unknown[]).includes(word);

/** The first of the browser's languages that we speak; English when it has none of them. */
export function languageOf(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const language = tag.toLowerCase().split('-')[0];
    if (isLanguage(language)) return language;
  }
  return 'en';
}

/** What this device speaks: chosen here, else the person's language, else the browser's. */
class SpokenLanguage {
  #chosen = $state<Language | null>(null);
  #ofPerson = $state<Language | null>(null);
  readonly current = $derived(
    this.#chosen ?? this.#ofPerson ?? languageOf(navigator.languages ?? [navigator.language]),
  );

  constructor() {
    const word = kept('language');
    this.#chosen = isLanguage(word) ? word : null;
    // Messages ask on each call, so that what stands in a template follows at once.
    overwriteGetLocale(() => this.current);
  }

  choose(language: Language): void {
    this.#chosen = language;
    keep('language', language);
  }

  ofPerson(language: Language | null): void {
    this.#ofPerson = language;
  }
}

export const language = new SpokenLanguage();
