import { collapseKey } from '@rung/domain/paging/notification.ts';
import { topicOf } from '../../server/src/dispatch/push/request.ts';

/** Where a page of this ticket, and what becomes of it, stands on this person's screen and at the push service. */
export function tagOf(ticket: string, person: string): string {
  return topicOf(collapseKey({ ticket, page: '1', says: 'page', subject: null, person }));
}
