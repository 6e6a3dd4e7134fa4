import { createHash } from 'node:crypto';
import type { Command } from '@rung/domain/ticket/commands.ts';
import type { Refusal } from '@rung/domain/ticket/refusals.ts';
import type { Result } from '@rung/domain/base/result.ts';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { ulid } from 'ulid';
import { Local } from '../../web/src/lib/local/local.ts';
import type { Reading } from '../../web/src/lib/local/reading.ts';
import type { Pending } from '../../web/src/lib/local/rows.ts';
import type { Shelf } from '../../web/src/lib/local/shelf.ts';
import { mutate } from '../../web/src/lib/sync/mutate.ts';
import { addPhotos } from '../../web/src/lib/sync/photos.ts';
import { SyncLoop, type Talking } from '../../web/src/lib/sync/sync-loop.ts';
import { Uploads } from '../../web/src/lib/sync/uploads.ts';
import type { MovedClock } from './clock.ts';
import type { Visitor } from './house.ts';

/** A browser of one person, in Node: the app's own store and exchange over a house's HTTP. */
export type Device = {
  readonly person: string;
  readonly local: Local;
  /** The device's own clock: the house's, and how far it is off. */
  readonly clock: { now(): number; skew(ms: number): void };
  /** Does it here, and leaves it for the next exchange. */
  do(command: Command, uid?: string): Promise<Result<Pending, Refusal>>;
  /** Keeps these bytes as a picture of the ticket, and leaves it for the next exchange. Answers its id. */
  picture(ticket: string, bytes: Uint8Array): Promise<string>;
  /** Sends the bytes of pictures whose words have arrived, until nothing more goes. */
  sendPictures(): Promise<void>;
  /** Talks until nothing is to be said any more, or something is in the way; answers how it stands then. */
  exchange(): Promise<Talking>;
  /** As `exchange`, by another tab of the same browser: no lock keeps the two apart. */
  alongside(): Promise<void>;
  offline(): void;
  online(): void;
  /** Of the answer of the next exchange only so many lines arrive, and half of one more. */
  cutAfter(lines: number): void;
  /** The next answer never arrives, though the server did what was asked. */
  loseAnswer(): void;
  /** The browser is killed and opened again. */
  reopen(): void;
  /** The same disk in another browser: a cloned profile. */
  clone(): Promise<Device>;
  read<Value>(look: (reading: Reading) => Promise<Value>): Promise<Value>;
  /** Everything it holds of what the server sent, as it is shown, sorted. Two devices of a person in step are equal. */
  rows(): Promise<Rows>;
  /** Lines of the last answer, as they came. */
  readonly heard: readonly string[];
  close(): Promise<void>;
};

export type Rows = {
  readonly tickets: readonly object[];
  readonly events: readonly object[];
  readonly pages: readonly object[];
  readonly refs: readonly object[];
};

type Asked = { readonly skewMs?: number; readonly engine?: Local['engine'] };

/** `visit`: the person, signed in (logins.ts, `house.as`). */
export function deviceOf(
  visit: Visitor,
  person: string,
  houseClock: MovedClock,
  {
    skewMs = 0,
    engine = { indexedDB: new IDBFactory(), IDBKeyRange: IDBKeyRange as never },
  }: Asked = {},
): Device {
  let local = new Local(person, engine);
  let skewed = skewMs;
  let isOffline = false;
  let cut: number | null = null;
  let talking: Talking = { kind: 'idle', lastAt: null };
  let heard: readonly string[] = [];
  let thrown: unknown = null;
  const now = (): number => houseClock.now() + skewed;

  async function fetched(path: string, { method, headers, body }: RequestInit): Promise<Response> {
    if (isOffline) throw new TypeError('offline');
    const said = {
      ...(method === undefined ? {} : { method }),
      headers: Object.fromEntries(new Headers(headers)),
    };
    if (path.startsWith('/api/files')) return uploaded(path, said, body);
    const answer = await visit(path, { ...said, json: JSON.parse(String(body)) });
    const isStream = answer.headers.get('Content-Type')?.startsWith('application/x-ndjson');
    if (isStream !== true) return answer;
    const text = await answer.text();
    const lines = text.split('\n');
    heard = lines.filter((line) => line !== '');
    if (cut === null) return new Response(text, answer);
    if (cut < 0) {
      cut = null;
      throw new TypeError('the answer was lost');
    }
    const half = lines[cut]?.slice(0, (lines[cut]?.length ?? 0) / 2) ?? '';
    const arrived = [...lines.slice(0, cut), half].join('\n');
    cut = null;
    return new Response(arrived, answer);
  }

  /** A part of a picture's bytes; where the answer is lost, the server has it all the same. */
  async function uploaded(
    path: string,
    said: { readonly method?: string; readonly headers: Record<string, string> },
    body: RequestInit['body'],
  ): Promise<Response> {
    const bytes = body instanceof Blob ? new Uint8Array(await body.arrayBuffer()) : null;
    const answer = await visit(path, bytes === null ? said : { ...said, body: bytes });
    if (cut === null || said.method !== 'PATCH') return answer;
    cut = null;
    throw new TypeError('the answer was lost');
  }

  function newUploads(): Uploads {
    const around = { fetch: fetched, now, lot: () => 0, later: () => () => {} };
    return new Uploads(
      local,
      { ...around, alone: (run) => run(), defect: (cause) => (thrown = cause) },
      () => {},
    );
  }
  let uploads = newUploads();

  function newLoop(): SyncLoop {
    return new SyncLoop(
      local,
      {
        fetch: fetched,
        now,
        lot: () => 0,
        language: () => 'en',
        // Nothing happens by itself: whoever tells the story says when it talks.
        later: () => () => {},
        alone: (run) => run(),
        defect: (cause) => (thrown = cause),
      },
      (told) => (talking = told),
    );
  }
  let loop = newLoop();

  return {
    person,
    get local() {
      return local;
    },
    get heard() {
      return heard;
    },
    clock: {
      now,
      skew: (ms) => {
        skewed = ms;
      },
    },
    do: (command, uid = ulid(Math.max(0, now()))) => mutate(local, command, { now: now(), uid }),
    async picture(ticket, bytes) {
      const id = ulid(Math.max(0, now()));
      const hash = createHash('sha256').update(bytes).digest('hex');
      const made = { kind: 'made', bytes: bytes.slice().buffer, hash, thumbnail: null } as const;
      const adding = { ticket, as: 'attached', now, newId: () => id } as const;
      const draw = async () => ({ ...made, type: 'image/jpeg' }) as const;
      const left = await addPhotos(local, { ...adding, draw }, [new File([], 'it')]);
      if (left.length > 0) throw new Error(`the device of ${person} did not keep a picture`);
      return id;
    },
    async sendPictures() {
      await uploads.kick();
    },
    async exchange() {
      await loop.kick();
      if (thrown !== null) {
        const cause = thrown;
        thrown = null;
        throw new Error(`the device of ${person} broke`, { cause });
      }
      return talking;
    },
    async alongside() {
      const other = newLoop();
      await other.kick();
      await other.stop();
    },
    offline: () => {
      isOffline = true;
    },
    online: () => {
      isOffline = false;
    },
    cutAfter: (lines) => {
      cut = lines;
    },
    loseAnswer: () => {
      cut = -1;
    },
    reopen() {
      void loop.stop();
      void uploads.stop();
      local.close();
      local = new Local(person, engine);
      loop = newLoop();
      uploads = newUploads();
    },
    async clone() {
      const copy = deviceOf(visit, person, houseClock, { skewMs: skewed });
      const kinds = [
        'ticket',
        'base',
        'event',
        'page',
        'ref',
        'outbox',
        'settled',
        'problem',
      ] as const;
      const [meta, rows] = await local.apply(async (from) => {
        const all = [];
        for (const kind of kinds) all.push([kind, await from[kind].all()] as const);
        return [await from.meta(), all] as const;
      });
      await copy.local.apply(async (to) => {
        await to.setMeta(meta);
        for (const [kind, of] of rows) await (to[kind] as Shelf<unknown, unknown>).put(of);
      });
      return copy;
    },
    read: (look) => local.read(look),
    rows: () =>
      local.apply(async ({ ticket, event, page, ref }) => ({
        tickets: (await ticket.all()).map(({ id, number, seq, state, v, scopes }) => ({
          id,
          number,
          seq,
          state,
          v,
          scopes: [...scopes].sort(),
        })),
        events: (await event.all()).map(({ event: one }) => one),
        pages: (await page.all()).map(
          ({ id, ticket: of, person: whose, state, createdAt, receivedAt, seenAt }) => ({
            id,
            ticket: of,
            person: whose,
            state,
            createdAt,
            receivedAt,
            seenAt,
          }),
        ),
        refs: (await ref.all()).map(({ item }) => item),
      })),
    async close() {
      await loop.stop();
      await uploads.stop();
      local.close();
    },
  };
}
