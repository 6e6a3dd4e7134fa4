import type { TicketEvent } from '@rung/domain/ticket/events.ts';
import { m } from '@rung/messages/compiled/messages.js';

type Names = { person(key: string): string; team(key: string): string };

/** What happened, in words, and what was said with it; null = nothing that a reader needs: how a run goes on inside. */
export function happening(
  event: TicketEvent,
  { person, team }: Names,
): { readonly words: string; readonly said: string } | null {
  const who = event.by.startsWith('@') ? m.event_rung() : person(event.by);
  const told = (words: string, said = '') => ({ words, said });
  switch (event.name) {
    case 'reported':
      return told(m.event_reported({ who }));
    case 'acknowledged':
      return told(m.event_acknowledged({ who }));
    case 'declined':
      return told(m.event_declined({ who }));
    case 'released':
      return told(m.event_released({ who }));
    case 'progressed':
      return told(m.event_progressed({ who }), event.args.note);
    case 'severity-changed': {
      const { from, to, reason } = event.args;
      return told(m.event_severity({ who, from, to }), reason);
    }
    case 'transferred':
      return told(m.event_transferred({ who, team: team(event.args.team) }), event.args.note);
    case 'resolved':
      return told(
        event.args.effect === 'proposed' ? m.event_proposed({ who }) : m.event_resolved({ who }),
        event.args.resolution,
      );
    case 'attached':
      return told(m.event_attached({ who }));
    case 'closed':
      return told(m.event_closed({ who }));
    case 'reopened':
      return told(m.event_reopened({ who }), event.args.reason);
    case 'rung-fired': {
      const people = event.args.pages.map((page) => person(page.person)).join(', ');
      if (people !== '') return told(m.event_paged({ people }));
      return event.args.kept.length === 0 ? told(m.event_nobody()) : null;
    }
    case 'paged':
      return told(m.event_paged({ people: person(event.args.person) }));
    case 'exhausted':
      return told(m.event_exhausted());
    case 'expiry-asked':
      return told(m.event_still_on_it({ who: person(event.args.person) }));
    case 'ack-expired':
      return told(m.event_expired({ who: person(event.args.person) }));
    case 'routed':
    case 'run-started':
    case 'rung-armed':
    case 'expiry-armed':
    case 'unreachable':
    case 'revived':
    case 'informed':
    case 'put-away':
    case 'stored':
      return null;
  }
}
