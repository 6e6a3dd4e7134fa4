import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';

/**
 * The address a request comes from, for counting. A reverse proxy on this machine is believed about the last hop: what
 * stands before it in the header was written by the client.
 */
export function addressOf(c: Context): string {
  const peer = getConnInfo(c).remote.address ?? 'unknown';
  const isLocal = peer === '::1' || peer.replace('::ffff:', '').startsWith('127.');
  const forwarded = c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim();
  return isLocal && forwarded ? forwarded : peer;
}
