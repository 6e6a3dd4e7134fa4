import type { Acknowledged, TicketEvent } from '@rung/domain/ticket/events.ts';
import { m } from '@rung/messages/compiled/messages.js';
import type { IconName } from '#lib/ui/Icon.svelte';

type Names = { person(key: string): string; team(key: string): string };

/** An entry of a timeline as it is told. */
export type Happening = {
  readonly words: string;
  /** What was said with it. */
  readonly said: string;
  readonly mark: IconName;
  /** The client sees its words. */
  readonly isPublic: boolean;
  /** A person did it; else it followed by itself. */
  readonly isFact: boolean;
};

/**
 * What happened, in words, and what it did where that is not what was meant; null = nothing that a reader needs: how a run
 * goes on inside. `isWaiting`: done on this device only, so nothing is told as if the server had said so.
 */
export function happening(
  event: TicketEvent,
  { person, team }: Names,
  isWaiting = false,
): Happening | null {
  const who = event.by.startsWith('@') ? m.event_rung() : person(event.by);
  const told = (mark: IconName, words: string, said = ''): Happening => {
    return {
      words,
      said,
      mark,
      isPublic: event.name === 'commented',
      isFact: !event.by.startsWith('@'),
    };
  };
  switch (event.name) {
    case 'reported':
      return told('plus', m.event_reported({ who }));
    case 'acknowledged': {
      const words = isWaiting ? m.event_ack_here : ackWords[event.args.effect];
      return told('check', words({ who }));
    }
    case 'declined':
      return told('close', m.event_declined({ who }));
    case 'released':
      return told('back', m.event_released({ who }));
    case 'progressed': {
      const { effect, note } = event.args;
      return told('note', (effect === 'noted' ? m.event_noted : m.event_progressed)({ who }), note);
    }
    case 'commented': {
      const { isClients, note } = event.args;
      return told('note', (isClients ? m.event_client_wrote : m.event_commented)({ who }), note);
    }
    case 'severity-changed': {
      const { from, to, reason } = event.args;
      const same = m.event_severity_same({ who, severity: to });
      return told('warn', from === to ? same : m.event_severity({ who, from, to }), reason);
    }
    case 'transferred': {
      const { effect, team: to, note } = event.args;
      const words = effect === 'noted' ? m.event_transfer_noted : m.event_transferred;
      return told('up', words({ who, team: team(to) }), note);
    }
    case 'resolved': {
      const { effect, resolution } = event.args;
      const words = isWaiting ? m.event_resolve_here : resolveWords[effect];
      return told('check', words({ who }), resolution);
    }
    case 'attached':
      return told('camera', m.event_attached({ who }));
    case 'closed':
      return told('check', m.event_closed({ who }));
    case 'reopened': {
      const words = event.args.effect === 'noted' ? m.event_reopen_noted : m.event_reopened;
      return told('plus', words({ who }), event.args.reason);
    }
    case 'rung-fired': {
      const people = event.args.pages.map((page) => person(page.person)).join(', ');
      if (people !== '') return told('bell', m.event_paged({ people }));
      return event.args.kept.length === 0 ? told('warn', m.event_nobody()) : null;
    }
    case 'paged':
      return told('bell', m.event_paged({ people: person(event.args.person) }));
    case 'exhausted':
      return told('warn', m.event_exhausted());
    case 'expiry-asked':
      return told('bell', m.event_still_on_it({ who: person(event.args.person) }));
    case 'ack-expired':
      return told('warn', m.event_expired({ who: person(event.args.person) }));
    case 'routed':
    case 'promised':
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

type Say = (of: { who: string }) => string;

/** What an acknowledgement did, by what the ticket had become when it arrived. */
const ackWords: { readonly [E in Acknowledged['args']['effect']]: Say } = {
  acked: m.event_acknowledged,
  joined: m.event_ack_joined,
  renewed: m.event_ack_renewed,
  expired: m.event_ack_expired,
  raised: m.event_ack_raised,
  stale: m.event_ack_stale,
  ended: m.event_ack_ended,
};

const resolveWords = {
  resolved: m.event_resolved,
  proposed: m.event_proposed,
  ended: m.event_resolve_ended,
} as const;
