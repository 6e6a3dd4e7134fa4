import type { ApplyReply } from '@rung/protocol/directory.ts';
import { readServerNote } from '../../server/src/lock.ts';
import { password, type PersonKey } from './company.ts';
import { type Dialect, freshPlace } from './dialects.ts';
import { freePort } from './free-port.ts';
import { cookieOf, type Visitor, visitor } from './house.ts';
import type { Served } from './paged-phone.ts';
import type { PushService } from './push-service.ts';
import { startProcess, type ServerProcess, variablesOf } from './server-process.ts';

/** The real program on a clock of its own, with people in it. */
export type RealHouse = Served & {
  /** kill -9, where it stands. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** Starts it again, on the same port and the same data. Resolves when it serves. */
  start(): Promise<void>;
  /** Sentences that it logged as errors, in all its lives. */
  errors(): readonly string[];
  /** Ends it, and removes what it kept. */
  close(): Promise<void>;
};

/** pino's number for ERROR. */
const error = 50;

/** Starts the program on an empty database, and gives it this directory by the operator's door. It pages by the service. */
export async function realHouse(
  dialect: Dialect,
  { directory, service }: { readonly directory: object; readonly service: PushService },
): Promise<RealHouse> {
  const place = await freshPlace(dialect);
  const port = await freePort();
  const publicUrl = new URL(`http://localhost:${port}`);
  const lives: ServerProcess[] = [];
  const variables = {
    ...variablesOf(place, port),
    RUNG_DEMO: '0',
    PUSH_ALLOW: service.hostPort,
    PUSH_CA: service.caFile,
    PUSH_SUBJECT: 'mailto:ops@example.org',
  };

  async function start(): Promise<void> {
    const server = startProcess(variables);
    lives.push(server);
    await server.logged(/^Rung is serving$/);
  }
  const kill = async (): Promise<void> => void (await lives.at(-1)?.kill());

  await start();
  const token = readServerNote(place.data)?.token ?? '';
  const operator = visitor(publicUrl, { authorization: `Bearer ${token}` });
  const json = { document: directory, prune: false, dryRun: false };
  const applied = await operator('/api/directory', { json });
  if (!applied.ok) throw new Error(`the directory was not taken: ${await applied.text()}`);
  const { links } = (await applied.json()) as ApplyReply;
  const cookies = new Map<PersonKey, string>();

  /** By the one-time link that the directory's author was given for him. */
  async function welcome(person: PersonKey): Promise<string> {
    const { hash } = new URL(links.find((link) => link.person === person)!.url);
    const stranger = visitor(publicUrl, {});
    const answer = await stranger('/api/welcome', { json: { token: hash.slice(1), password } });
    if (!answer.ok) throw new Error(`${person} did not get in: ${await answer.text()}`);
    return cookieOf(answer);
  }

  return {
    config: { publicUrl },
    start,
    kill,
    look: () => Promise.resolve(),
    errors: () =>
      lives
        .flatMap(({ lines }) => lines.filter(({ level }) => level === error))
        .map(({ msg }) => msg),
    async as(person): Promise<Visitor> {
      const cookie = cookies.get(person) ?? (await welcome(person));
      cookies.set(person, cookie);
      return visitor(publicUrl, { cookie });
    },
    async close() {
      await kill();
      await place.remove();
    },
  };
}
