import { createHash } from 'node:crypto';
import { must } from '@rung/domain/base/must.ts';
import { newDraft, type Draft } from '@rung/sync/draft.ts';
import { beforeEach, describe, expect, test } from 'vitest';
import { Local } from '../local/local.ts';
import { exchange } from './exchange.ts';
import { addPhotos, dropPhoto, type Adding } from './photos.ts';
import { register } from './register.ts';
import { idOf, report, testDevice } from './test-device.ts';
import { problem, testServer } from './test-server.ts';
import { Uploads } from './uploads.ts';

const kB = 1024;
const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The server's half of tus, as far as ours uses it. */
function testShelf() {
  const begun = new Map<string, Uint8Array>();
  const stored = new Map<string, Uint8Array>();
  const log: string[] = [];
  /** Instead of it, once each; null = nobody answers, though it was done. */
  const instead: ((() => Response) | null | undefined)[] = [];
  let sizeOf: (id: string) => number = () => 0;
  let hashOf = sha;

  async function answer(path: string, { method, headers, body }: RequestInit): Promise<Response> {
    const said = new Headers(headers);
    const named = said.get('Upload-Metadata')?.split(' ')[1] ?? '';
    const id = method === 'POST' ? atob(named) : path.replace('/api/files/', '');
    const has = begun.get(id) ?? new Uint8Array();
    log.push(`${method} ${id} ${method === 'PATCH' ? has.length / kB : ''}`.trim());
    const next = instead.shift();
    if (next) return next();
    const done = await really(method ?? '', id, has, body);
    if (next === null) throw new TypeError('reset');
    return done;
  }

  async function really(
    method: string,
    id: string,
    has: Uint8Array,
    body: RequestInit['body'],
  ): Promise<Response> {
    const whole = stored.get(id);
    const length = { 'Upload-Length': String(sizeOf(id)) };
    if (whole !== undefined) {
      const at = { 'Upload-Offset': String(whole.length), 'Rung-Hash': hashOf(whole) };
      return new Response(null, { status: 200, headers: { ...length, ...at } });
    }
    if (method === 'POST') {
      begun.set(id, new Uint8Array());
      const headers = { Location: `http://elsewhere/api/files/${id}` };
      return new Response(null, { status: 201, headers });
    }
    if (!begun.has(id)) return method === 'HEAD' ? empty(404) : problem('not-found', 404);
    if (method === 'HEAD') {
      const at = { 'Upload-Offset': String(has.length) };
      return new Response(null, { status: 200, headers: { ...length, ...at } });
    }
    const more = new Uint8Array(await (body as Blob).arrayBuffer());
    const now = Uint8Array.from([...has, ...more]);
    begun.set(id, now);
    const offset = { 'Upload-Offset': String(now.length) };
    if (now.length < sizeOf(id)) return new Response(null, { status: 204, headers: offset });
    begun.delete(id);
    if (hashOf(now) !== sha(now)) return problem('conflict', 409, { code: 'hash-differs' });
    stored.set(id, now);
    return new Response(null, { status: 204, headers: { ...offset, 'Rung-Hash': sha(now) } });
  }

  return {
    answer,
    log,
    stored,
    begun,
    says: (...next: ((() => Response) | null | undefined)[]) => instead.push(...next),
    damages: () => (hashOf = () => '0'.repeat(64)),
    knows: (sizes: typeof sizeOf) => (sizeOf = sizes),
  };
}

const empty = (status: number): Response => new Response(null, { status });
const signIn = () => problem('not-signed-in', 401);

let server = testServer();
let device = testDevice(server);
let shelf = testShelf();
let ids = 0;
let told = 0;
let isGone = false;
let thrown: unknown = null;

const uploadsOf = (local: Local = device.local) =>
  new Uploads(
    local,
    {
      ...device.world,
      async fetch(path, init) {
        if (isGone) throw new TypeError('offline');
        return path.startsWith('/api/files')
          ? shelf.answer(path, init)
          : device.world.fetch(path, init);
      },
      lot: () => 0,
      alone: (run) => navigator.locks.request('files', run),
      defect: (cause) => (thrown = cause),
    },
    () => told++,
  );
const take = async (kilobytes: number, as: Adding['as']): Promise<string> => {
  const bytes = Uint8Array.from({ length: kilobytes * kB }, (_, n) => (n * kilobytes) % 251);
  const id = `photo-${++ids}`;
  const drawn = { kind: 'made', type: 'image/jpeg', thumbnail: null } as const;
  const made = { ...drawn, bytes: bytes.buffer, hash: sha(bytes) };
  const adding = { ticket: idOf(1), as, now: () => 7, newId: () => id };
  await addPhotos(device.local, { ...adding, draw: async () => made }, [new File([], 'a')]);
  return id;
};
const files = () => device.local.read((reading) => reading.files());
const waits = () => device.alarmsIn().filter((ms) => ms < 60_000);
const send = () => exchange(device.local, device.world);

beforeEach(async () => {
  server = testServer();
  device = testDevice(server);
  shelf = testShelf();
  [ids, told, isGone, thrown] = [0, 0, false, null];
  await register(device.local, device.world, 'en');
  await device.do(report(1));
  await send();
  shelf.knows((id) => must(known.get(id), 'a picture that was attached'));
});
/** As the server's rows have it: from the commands. */
const known = new Map<string, number>();
const attached = async (kilobytes: number, as: Adding['as'] = 'attached'): Promise<string> => {
  const id = await take(kilobytes, as);
  known.set(id, kilobytes * kB);
  return id;
};

describe('pictures', () => {
  test('wait until their words are settled, go in parts, and stay here until the log says that the server has them', async () => {
    const uploads = uploadsOf();
    const id = await attached(1100);
    await uploads.kick();
    expect(shelf.log).toEqual([]);
    await send();
    await uploads.kick();
    const all = ['HEAD', 'POST', 'PATCH 0', 'PATCH 512', 'PATCH 1024'];
    expect(shelf.log.map((line) => line.replace(` ${id}`, ''))).toEqual(all);
    expect([shelf.stored.get(id)?.length, told, thrown]).toEqual([1100 * kB, 1, null]);
    expect((await files()).map((file) => file.id)).toEqual([id]);
    expect(waits()).toEqual([]);
  });

  test('stay, however often one looks before the exchange that tells of them', async () => {
    const uploads = uploadsOf();
    const id = await attached(5);
    await send();
    await uploads.kick();
    await uploads.kick();
    await send();
    await uploads.kick();
    expect((await files()).map((file) => file.id)).toEqual([id]);
  });

  test('of which no log tells are gone after the exchange that follows', async () => {
    const uploads = uploadsOf();
    const id = await attached(5);
    await send();
    await uploads.kick();
    await send();
    await send();
    await uploads.kick();
    expect(shelf.log.at(-1)).toBe(`HEAD ${id}`);
    expect([await files(), await device.local.apply(({ part }) => part.all())]).toEqual([[], []]);
  });

  test('go one after the other, the oldest first', async () => {
    await attached(3);
    await attached(2);
    await send();
    await uploadsOf().kick();
    expect(shelf.log).toEqual([
      'HEAD photo-1',
      'POST photo-1',
      'PATCH photo-1 0',
      'HEAD photo-2',
      'POST photo-2',
      'PATCH photo-2 0',
    ]);
  });

  test('go on where they stopped, in another life of the page, too', async () => {
    const id = await attached(1100);
    await send();
    // The second part never arrives.
    shelf.says(undefined, undefined, undefined, () => {
      isGone = true;
      throw new TypeError('reset');
    });
    const before = uploadsOf();
    await before.kick();
    expect([await files(), waits()]).toMatchObject([[{ id, sent: 512 * kB }], [1000]]);
    await before.stop();
    device.reopen();
    isGone = false;
    shelf.log.length = 0;
    await uploadsOf().kick();
    expect(shelf.log).toEqual([`HEAD ${id}`, `PATCH ${id} 512`, `PATCH ${id} 1024`]);
    expect(shelf.stored.has(id)).toBe(true);
  });

  test('whose last answer was lost are known to be there at the next look', async () => {
    const id = await attached(5);
    await send();
    shelf.says(undefined, undefined, null);
    const uploads = uploadsOf();
    await uploads.kick();
    expect(told).toBe(0);
    await uploads.kick();
    expect(shelf.log.at(-1)).toBe(`HEAD ${id}`);
    expect(told).toBe(1);
  });

  test('of a hotel’s sign-in page have not arrived', async () => {
    await attached(5);
    await send();
    shelf.says(
      () => new Response('<h1>Welcome</h1>', { headers: { 'Content-Type': 'text/html' } }),
    );
    await uploadsOf().kick();
    expect([(await files()).length, waits().length]).toEqual([1, 1]);
  });

  test('wait for a session without trying on', async () => {
    const id = await attached(5);
    await send();
    const uploads = uploadsOf();
    shelf.says(() => empty(401), signIn);
    await uploads.kick();
    expect([await files(), waits()]).toMatchObject([[{ refused: null }], []]);
    await uploads.kick();
    expect(shelf.stored.has(id)).toBe(true);
  });

  test('that arrive damaged three times are kept, and say so; others go', async () => {
    await attached(5);
    await send();
    shelf.damages();
    const uploads = uploadsOf();
    await uploads.kick();
    await uploads.kick();
    expect(await files()).toMatchObject([{ refused: null }]);
    await uploads.kick();
    expect(await files()).toMatchObject([{ refused: 'hash-differs' }]);
    shelf.log.length = 0;
    await uploads.kick();
    expect(shelf.log).toEqual([]);
  });

  test('that the server will not have are kept with why, and hold up no other', async () => {
    const id = await attached(5);
    await attached(6);
    await send();
    shelf.says(undefined, undefined, () => problem('refused', 422, { code: 'no-picture' }));
    await uploadsOf().kick();
    expect((await files())[0]).toMatchObject({ id, refused: 'no-picture' });
    expect(told).toBe(1);
    expect((await device.local.read((reading) => reading.bytes(id)))?.length).toBe(1);
  });

  test('the server has no time for wait as long as it asks', async () => {
    await attached(5);
    await send();
    const busy = () =>
      new Response(JSON.stringify({ kind: 'busy' }), {
        status: 503,
        headers: { 'Retry-After': '9' },
      });
    shelf.says(busy, busy);
    await uploadsOf().kick();
    expect(waits()).toEqual([9000]);
  });

  test('that nobody wants any more do not come back', async () => {
    const id = await attached(1100);
    await send();
    const uploads = uploadsOf();
    shelf.says(undefined, undefined, undefined, () => {
      void dropPhoto(device.local, id);
      return new Response(null, { status: 204, headers: { 'Upload-Offset': String(1024 * kB) } });
    });
    await uploads.kick();
    await uploads.kick();
    expect(await files()).toEqual([]);
  });

  test('in two tabs go once', async () => {
    await attached(5);
    await send();
    const other = new Local('mara', device.engine);
    await Promise.all([uploadsOf().kick(), uploadsOf(other).kick()]);
    expect(shelf.log.filter((line) => !line.startsWith('HEAD'))).toHaveLength(2);
    other.close();
  });

  test('of a report that left without the outbox leave, too', async () => {
    const draft = { ...newDraft(idOf(1), 'uid', 1) };
    const put = (standing: Draft['standing']) =>
      device.local.apply((writing) => writing.draft.put([{ ...draft, standing }]));
    await put({ kind: 'waiting', at: 1 });
    const id = await attached(5, 'draft');
    await put({ kind: 'sent', at: 2 });
    const uploads = uploadsOf();
    await uploads.kick();
    expect((await device.outbox()).map(({ command }) => command.name)).toEqual(['attach']);
    expect(told).toBe(1);
    await send();
    await uploads.kick();
    expect(shelf.stored.has(id)).toBe(true);
  });

  test('that are under way stop when their person leaves', async () => {
    await attached(1100);
    await send();
    const uploads = uploadsOf();
    const stopped: Promise<void>[] = [];
    shelf.says(undefined, undefined, undefined, () => {
      stopped.push(uploads.stop());
      return new Response(null, { status: 204, headers: { 'Upload-Offset': String(1024 * kB) } });
    });
    await uploads.kick();
    await Promise.all(stopped);
    expect(shelf.log).toHaveLength(4);
    await uploads.kick();
    expect([shelf.log.length, waits()]).toEqual([4, []]);
  });
});
