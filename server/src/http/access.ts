/** Which right each route asks for. A route that does not stand here cannot be mounted (guard.ts). */

import type { Action } from '@rung/domain/access/may.ts';

export const access = {
  'GET /healthz': 'open',
  'GET /readyz': 'open',
  'GET /healthz/engine': 'open',
  'GET /api/session': 'open',
  'POST /api/session': 'open',
  'DELETE /api/session': 'session.end',
  'POST /api/setup': 'open',
  'POST /api/welcome': 'open',
  'POST /api/welcome/person': 'open',
  'POST /api/commands': 'command.send',
  'POST /api/sync': 'sync.exchange',
  'GET /api/tickets': 'ticket.read',
  'GET /api/tickets/:id': 'ticket.read',
  'GET /api/tickets/:id/timeline': 'ticket.timeline',
  'GET /api/portal': 'portal.read',
  'GET /api/portal/:id': 'portal.read',
  'OPTIONS /api/files': 'ticket.attach',
  'POST /api/files': 'ticket.attach',
  'PATCH /api/files/:id': 'ticket.attach',
  // Also HEAD: how far an upload came. Pictures are for colleagues.
  'GET /api/files/:id': 'ticket.read',
  'GET /api/reference': 'reference.read',
  'GET /api/devices': 'sync.exchange',
  'POST /api/devices': 'sync.exchange',
  'DELETE /api/devices/:id': 'device.remove',
  'POST /api/sync/dropbox': 'dropbox.leave',
  'GET /api/subscription': 'subscription.keep',
  'PUT /api/subscription': 'subscription.keep',
  'DELETE /api/subscription': 'subscription.keep',
  'POST /api/subscription/check': 'subscription.keep',
  'POST /api/receipts': 'receipt.give',
  'POST /api/pages/:id/answer': 'page.answer',
  'GET /api/live': 'live.listen',
  'GET /api/directory': 'directory.read',
  'POST /api/directory': 'directory.apply',
  'POST /api/directory/links': 'directory.invite',
  // Only where the demo is played; elsewhere there is no such thing.
  'GET /api/demo': 'open',
  'POST /api/demo/be': 'open',
  'POST /api/demo/page-me': 'command.send',
  'GET /api/demo/phones': 'open',
  'GET *': 'open', // the app's own files (files.ts); they hold nothing of anybody
} as const satisfies Record<string, Action>;

export type Route = keyof typeof access;
