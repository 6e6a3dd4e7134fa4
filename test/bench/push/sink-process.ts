/** A push service that takes everything and looks at nothing, so that what is measured is the sender. Not for import. */

import { once } from 'node:events';
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { answering } from '../child.ts';

/** When a whole push had come, by the clock on the wall, and its header `Topic`. */
export type Arrival = { readonly topic: string; readonly at: number };
export type SinkAnswer = { readonly hostPort: string; readonly arrivals: readonly Arrival[] };

await answering(async (certified: { readonly cert: string; readonly key: string }) => {
  let arrivals: Arrival[] = [];
  const server = createSecureServer({ ...certified, allowHTTP1: true }, (request, response) => {
    request.on('data', () => undefined);
    request.on('end', () => {
      arrivals.push({ topic: String(request.headers['topic']), at: Date.now() });
      response.writeHead(201);
      response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const hostPort = `localhost:${(server.address() as AddressInfo).port}`;

  /** Where it is, and what came since this was asked last. */
  return async (): Promise<SinkAnswer> => {
    const fresh = arrivals;
    arrivals = [];
    return { hostPort, arrivals: fresh };
  };
});
