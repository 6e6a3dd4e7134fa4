import type { Instant } from '@rung/domain/base/time.ts';
import type { Language } from '@rung/domain/directory/directory.ts';
import type { Asked } from '@rung/domain/escalation/known-targets.ts';
import { m } from '@rung/messages/compiled/messages.js';
import { isSameDay, type Reader, shortDay, shortly, timeOfDay, toTheSecond } from './when.ts';

/** How a ladder names people and moments, for one reader. */
export type LadderWords = {
  readonly language: Language;
  /** "Ines", "You". */
  subject(person: string | null): string;
  /** "pages Ines", "pages you". */
  object(person: string | null): string;
  /** "Ines", also where it is the reader. */
  name(person: string): string;
  /** "14:02", with the day unless it is today. */
  time(at: Instant): string;
  /** "14:02": the column of times. */
  clock(at: Instant): string;
  /** "21 Nov"; nothing where it is today. */
  day(at: Instant): string;
  /** "14:02:09": what happened to the second. */
  second(at: Instant): string;
};

export function ladderWords(
  name: (key: string) => string,
  me: string | null,
  reader: Reader,
  now: Instant,
): LadderWords {
  return {
    language: reader.language,
    subject: (person) => (person !== null && person === me ? m.ladder_you() : nameOr(person, name)),
    object: (person) =>
      person !== null && person === me ? m.ladder_you_object() : nameOr(person, name),
    name,
    time: (at) => shortly(at, now, reader),
    clock: (at) => timeOfDay(at, reader),
    day: (at) => (isSameDay(at, now, reader) ? '' : shortDay(at, reader)),
    second: (at) => toTheSecond(at, reader),
  };
}

/** Whom a rung pages, in the middle of a sentence; of people whom this device cannot name, "the next". */
export function named({ people, isWhole }: Asked, words: LadderWords): string {
  const who = listed(
    people.map((person) => words.object(person)),
    words.language,
  );
  if (who === '') return m.ladder_somebody();
  return isWhole ? who : m.ladder_and_unknown({ who });
}

/** "Ines, Otto and Max". */
export function listed(names: readonly string[], language: Language): string {
  if (names.length < 2) return names[0] ?? '';
  return new Intl.ListFormat(language, { type: 'conjunction' }).format(names);
}

function nameOr(person: string | null, name: (key: string) => string): string {
  return person === null ? m.ladder_somebody() : name(person);
}
