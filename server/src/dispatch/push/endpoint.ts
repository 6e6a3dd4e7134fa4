/**
 * Where pushes may be sent. An endpoint is whatever a browser, or somebody who pretends to be one, gave us: a server that
 * sends wherever it is told to is a way into the network it stands in.
 */

import { isIP } from 'node:net';
import type { EndpointFault } from '@rung/protocol/push.ts';

/** Hosts of the push services that browsers use; `*.` stands for one label or several. */
const known = [
  'fcm.googleapis.com',
  '*.push.services.mozilla.com',
  '*.push.apple.com',
  '*.notify.windows.com',
] as const;

export type Allowed = {
  /** host:port, let through as they are: for trying out on one machine. */
  readonly allow: readonly string[];
  /** Further push services, by the name of their host; `*.` as above. */
  readonly services: readonly string[];
};

/** Why nothing may be sent to this endpoint; null = it may. `subject`: what our VAPID tokens name as our contact; null = nothing. */
export function endpointFault(
  endpoint: string,
  { allow, services, subject }: Allowed & { readonly subject: string | null },
): EndpointFault | null {
  const url = URL.parse(endpoint);
  if (url === null || url.protocol !== 'https:') return 'not-https';
  // `\` and white space are read one way by some and another way by others.
  if (url.username !== '' || url.password !== '' || /[\s\\]/.test(endpoint)) return 'not-allowed';
  if (isAllowed(url, allow)) return null;
  if (url.port !== '' || isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0) return 'not-allowed';
  if (![...known, ...services].some((one) => isHost(url.hostname, one))) return 'not-allowed';
  return subject === null && isHost(url.hostname, '*.push.apple.com')
    ? 'apple-needs-subject'
    : null;
}

/** Whether it is one of the hosts that stand in `allow` with their port. */
export function isAllowed({ hostname, port }: URL, allow: readonly string[]): boolean {
  const hostPort = `${hostname}:${port || '443'}`;
  return allow.some((one) => one.toLowerCase() === hostPort);
}

function isHost(hostname: string, name: string): boolean {
  const wanted = name.toLowerCase();
  return wanted.startsWith('*.') ? hostname.endsWith(wanted.slice(1)) : hostname === wanted;
}
