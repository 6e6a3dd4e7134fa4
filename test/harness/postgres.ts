import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export type Postgres = {
  /** Of a superuser's connection to the database `postgres`. */
  readonly url: string;
  stop(): Promise<void>;
};

/** Starts a Postgres of its own on a free port of loopback. It goes away with this process, however that ends. */
export async function startPostgres(): Promise<Postgres> {
  const keeper = spawn(
    process.execPath,
    [fileURLToPath(new URL('postgres-keeper.ts', import.meta.url))],
    { stdio: ['pipe', 'pipe', 'pipe'], detached: true },
  );
  const ended = new Promise<void>((resolve) => keeper.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    let fault = '';
    keeper.stdout.setEncoding('utf8').once('data', (line: string) => resolve(line.trim()));
    keeper.stderr.setEncoding('utf8').on('data', (chunk: string) => (fault += chunk));
    keeper.once('error', reject);
    keeper.once('close', () =>
      reject(new Error(`Postgres for the tests did not start:\n${fault}`)),
    );
  });
  keeper.unref();
  return {
    url,
    async stop() {
      keeper.ref();
      keeper.stdin.end();
      await ended;
    },
  };
}
