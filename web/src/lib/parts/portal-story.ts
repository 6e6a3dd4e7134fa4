import type { Severity } from '@rung/domain/directory/directory.ts';
import { severities } from '@rung/domain/directory/directory.ts';
import { m } from '@rung/messages/compiled/messages.js';
import type { PortalEntry } from '#lib/state/portal.svelte.ts';
import type { IconName } from '#lib/ui/Icon.svelte';
import { severityWords } from './severity-words.ts';

type What = PortalEntry['what'];
type Author = PortalEntry['author'];

export const entryMark: { readonly [W in What]: IconName } = {
  reported: 'plus',
  taken: 'check',
  'given-up': 'warn',
  commented: 'note',
  'severity-changed': 'warn',
  solved: 'check',
  reopened: 'plus',
  closed: 'check',
};

/** A line of the public timeline. `said`: words of a person, then `words` is who said them, or what he did with them. */
export function entryWords(
  { what, author, text }: PortalEntry,
  organisation: string | null,
): { readonly words: string; readonly said: string | null } {
  switch (what) {
    case 'commented':
      return { words: nameOf(author, organisation), said: text ?? '' };
    case 'reopened':
      return { words: byWhom(author, reopened), said: text };
    case 'reported':
      return { words: byWhom(author, reported), said: null };
    case 'closed':
      return {
        words: author.who === 'you' ? m.portal_you_closed() : m.portal_closed(),
        said: null,
      };
    case 'taken':
      return { words: m.portal_taken(), said: null };
    case 'given-up':
      return { words: m.portal_given_up(), said: null };
    case 'solved':
      return { words: m.portal_story_solved(), said: null };
    case 'severity-changed': {
      const severity = severities.find((one) => one === text);
      return { words: severity ? changedTo(severity) : (text ?? ''), said: null };
    }
  }
}

const changedTo = (severity: Severity): string =>
  m.portal_severity({ severity, words: severityWords[severity]() });

function nameOf(author: Author, organisation: string | null): string {
  if (author.who === 'you') return m.portal_you();
  return author.who === 'colleague' ? author.name : (organisation ?? m.portal_us());
}

type Saying = { readonly you: () => string; readonly us: () => string } & {
  readonly colleague: (of: { name: string }) => string;
};

const reported: Saying = {
  you: () => m.portal_you_reported(),
  colleague: (of) => m.portal_reported_by(of),
  us: () => m.portal_we_reported(),
};
const reopened: Saying = {
  you: () => m.portal_you_reopened(),
  colleague: (of) => m.portal_reopened_by(of),
  us: () => m.portal_we_reopened(),
};

function byWhom(author: Author, say: Saying): string {
  return author.who === 'colleague' ? say.colleague({ name: author.name }) : say[author.who]();
}
