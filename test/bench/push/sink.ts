import type { Authority } from '../../harness/push-ca.ts';
import { startChild } from '../child.ts';
import type { Arrival, SinkAnswer } from './sink-process.ts';

export type Sink = {
  readonly hostPort: string;
  readonly origin: string;
  /** What came since this was asked last. */
  arrivals(): Promise<readonly Arrival[]>;
  end(): Promise<void>;
};

/** Starts one, with a certificate of this authority. */
export async function startSink(authority: Authority): Promise<Sink> {
  const file = new URL('sink-process.ts', import.meta.url);
  const child = startChild<object, SinkAnswer>(file, authority.vouch());
  const { hostPort } = await child.ask({});
  return {
    hostPort,
    origin: `https://${hostPort}`,
    arrivals: async () => (await child.ask({})).arrivals,
    end: child.end,
  };
}
