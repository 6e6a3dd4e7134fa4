/**
 * Which addresses pushes may go to. A name that stands on the list of push services may still lead somewhere else: to a
 * machine beside us, or to this one. What is checked here is what is connected to; nobody asks for the name again.
 */

import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** All that the internet gives out for IPv6; ipaddr.js calls more than this `unicast`. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/** Whether this address can only be out on the internet: not private, loopback, link-local, shared, mapped, multicast … */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(globalUnicast);
}

type LookupAll = (
  hostname: string,
  options: { readonly all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** Resolves a name for a connection, and answers its public addresses only; without one it fails with NO_PUBLIC_ADDRESS. */
export function publicLookup(resolve: LookupAll = systemLookup): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return done(error, []);
      const open = addresses.filter(({ address }) => isPublic(address));
      const [first] = open;
      if (first === undefined) return done(noPublicAddress(), []);
      return options.all === true ? done(null, open) : done(null, first.address, first.family);
    });
  };
}

const noPublicAddress = (): NodeJS.ErrnoException =>
  Object.assign(new Error('no public address'), { code: 'NO_PUBLIC_ADDRESS' });
