/** Connections to push services: kept, guarded, and trusted by whom it is right. */

import { Agent } from 'node:https';
import type { LookupFunction } from 'node:net';
import { createSecureContext, getCACertificates } from 'node:tls';
import { publicLookup } from './address.ts';
import { isAllowed } from './endpoint.ts';
import { type Answer, postOnce, type Silence } from './post-once.ts';

export type Client = {
  post(
    url: URL,
    headers: Readonly<Record<string, string | number>>,
    body: Buffer,
    /** Ends it, wherever it is. */
    deadline: AbortSignal,
  ): Promise<Answer | Silence>;
  close(): void;
};

export function openClient({
  allow,
  ca,
  connectMs = 5000,
  lookup = publicLookup(),
}: {
  /** host:port that are connected to wherever they are. */
  readonly allow: readonly string[];
  /** PEM of a further CA, for those only. */
  readonly ca: string | null;
  /** Until the connection stands, TLS included. */
  readonly connectMs?: number;
  readonly lookup?: LookupFunction;
}): Client {
  // Idle connections end after a minute: a firewall forgets them sooner or later, and says nothing.
  const kept = { keepAlive: true, maxSockets: 50, timeout: 60_000 };
  const guarded = new Agent({ ...kept, lookup });
  // As the agent's own `ca` each connection would read all of them, and each request carry them in a name.
  const secureContext =
    ca === null ? undefined : createSecureContext({ ca: [...getCACertificates('default'), ca] });
  const trying = new Agent({ ...kept, ...(secureContext === undefined ? {} : { secureContext }) });

  async function post(
    url: URL,
    headers: Readonly<Record<string, string | number>>,
    body: Buffer,
    deadline: AbortSignal,
  ): Promise<Answer | Silence> {
    const agent = isAllowed(url, allow) ? trying : guarded;
    const once = () => postOnce({ url, headers, body, agent, connectMs, deadline });
    const first = await once();
    // A kept connection that the other side was closing just then says nothing about the service.
    return 'isStale' in first && first.isStale ? once() : first;
  }

  return {
    post,
    close() {
      guarded.destroy();
      trying.destroy();
    },
  };
}
