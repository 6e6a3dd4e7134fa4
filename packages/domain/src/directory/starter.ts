import type { Language } from './directory.ts';
import { emptyDraft, type Draft } from './draft.ts';

const words = {
  en: { team: 'Service desk', calendar: 'Office hours', policy: 'Standard' },
  de: { team: 'Servicedesk', calendar: 'Bürozeiten', policy: 'Standard' },
} as const satisfies Record<Language, object>;

/**
 * What a fresh install begins with: its first administrator, one team with him in it, office hours, and one policy for
 * everything, so that a ticket can be reported at once. Passes `lintDirectory` on an empty directory. `person` is the
 * key of the administrator.
 */
export function starterDirectory(first: {
  readonly organisation: string;
  readonly name: string;
  readonly email: string;
  readonly zone: string;
  readonly language: Language;
}): { readonly person: string; readonly draft: Draft } {
  const { zone, language } = first;
  const names = words[language];
  const person = keyFrom(first.name) ?? 'admin';
  const officeDay = [['08:00', '18:00']] as const;
  const draft: Draft = {
    ...emptyDraft,
    organisation: {
      name: first.organisation,
      zone,
      language,
      team: 'service-desk',
      policies: { any: { any: 'standard' } },
    },
    person: new Map([
      [
        person,
        {
          name: first.name,
          email: first.email.toLowerCase(),
          roles: ['staff', 'admin'],
          language,
          zone,
          skills: [],
          client: null,
          ownTicketsOnly: false,
          disabled: false,
        },
      ],
    ]),
    calendar: new Map([
      [
        'office',
        {
          name: names.calendar,
          zone,
          hours: { mon: officeDay, tue: officeDay, wed: officeDay, thu: officeDay, fri: officeDay },
          holidays: [],
        },
      ],
    ]),
    team: new Map([
      [
        'service-desk',
        {
          name: names.team,
          lead: person,
          members: [person],
          schedule: null,
          calendar: 'office',
          policies: {},
        },
      ],
    ]),
    policy: new Map([
      [
        'standard',
        {
          name: names.policy,
          fallback: person,
          response: [
            { targets: [{ kind: 'team' }], delay: { n: 15, unit: 'minute', business: false } },
            { targets: [{ kind: 'lead' }], delay: { n: 30, unit: 'minute', business: false } },
          ],
          resolution: [],
        },
      ],
    ]),
  };
  return { person, draft };
}

/** "Żaneta Groß" -> "zaneta-gross"; null when no letter of the name has a Latin one behind it. */
function keyFrom(name: string): string | null {
  const folded = name
    .toLowerCase()
    .replace(/[ßøæœłđðþ]/g, (letter) => unfoldable[letter] ?? '')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '');
  return folded === '' ? null : folded;
}

const unfoldable: Record<string, string> = {
  ß: 'ss',
  ø: 'o',
  æ: 'ae',
  œ: 'oe',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
};
