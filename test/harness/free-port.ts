import { createServer } from 'node:net';

/**
 * Below what a system gives to whoever asks for any port (Linux from 32768 on, others from 49152): between the moment in
 * which a port is found free and the one in which a server listens on it, also while that server is started again,
 * nobody else can be given it.
 */
const first = 20_000;
const perWorker = 3000;

// Workers of one run have ranges of their own; within one, files begin anywhere.
const worker = Number(process.env['VITEST_POOL_ID'] ?? 0) % 4;
let next = Math.floor(Math.random() * perWorker);

/** A port of loopback that nobody listens on; in one process never the same one soon again. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < perWorker; tries += 1) {
    next = (next + 1) % perWorker;
    const port = first + worker * perWorker + next;
    if (await isFree(port)) return port;
  }
  throw new Error('no port is free');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
