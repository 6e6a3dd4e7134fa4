import { once } from 'node:events';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import sharp from 'sharp';
import { ulid } from 'ulid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { hashHeader } from '@rung/protocol/files.ts';
import type { Timeline } from '@rung/protocol/ticket-view.ts';
import { reportMessage, send } from '../harness/command.ts';
import { company, password } from '../harness/company.ts';
import { dialects } from '../harness/dialects.ts';
import { cookieOf, testHouse, type TestHouse, type Visitor } from '../harness/house.ts';
import { storedTicket } from '../harness/stored-ticket.ts';
import { naming, partByHand, problemIn, sha256, tus, uploading } from '../harness/uploads.ts';

const mebibyte = 1024 * 1024;
/** What is free on every disk, bytes; null = it does not answer. */
const disk = vi.hoisted((): { free: number | null } => ({ free: Number.POSITIVE_INFINITY }));
vi.mock(import('../../server/src/free-room.ts'), async (original) => {
  const gone = Object.assign(new Error('gone'), { code: 'ENOENT', syscall: 'statfs' });
  const freeAt = () => (disk.free === null ? Promise.reject(gone) : Promise.resolve(disk.free));
  return { ...(await original()), freeAt };
});

/** A photo that goes in one part. */
let photo: Buffer;
beforeAll(async () => {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  photo = await sharp({
    create: { width: 90, height: 60, channels: 3, background: '#264653', noise },
  })
    .jpeg()
    .toBuffer();
});

describe.each(dialects)('pictures under attack and in bad luck, on %s', (dialect) => {
  let house: TestHouse;
  let mara: Visitor;
  let lena: Visitor;
  let hers: ReturnType<typeof uploading>;
  let ticket: string;
  beforeAll(async () => {
    house = await testHouse(dialect);
    mara = await house.as('mara');
    lena = await house.as('lena');
    hers = uploading(mara);
  });
  afterAll(() => house.close());
  beforeEach(async () => {
    ticket = await report();
  });
  afterEach(async () => {
    disk.free = Number.POSITIVE_INFINITY;
    await unblock?.();
    for (const name of await readdir(folder('incoming'))) await rm(folder('incoming', name));
    await edit({ people: { dora: company.people.dora }, teams: { cold: company.teams.cold } });
  });

  const report = async () => {
    const message = reportMessage('pump 4 drips', { site: 'oven-hall' });
    await send(lena, message);
    return message.command.args.ticket;
  };
  const attach = async (by = hers, bytes = photo) => (await by.attach(ticket, bytes)).file;
  const folder = (...names: readonly string[]) => join(house.config.files, ...names);
  const stored = async (of = ticket) => {
    const timeline = (await (await lena(`/api/tickets/${of}/timeline`)).json()) as Timeline;
    return timeline.events.filter(({ name }) => name === 'stored').map(({ args }) => args['file']);
  };
  const offsetOf = async (file: string) => {
    const { status, headers } = await hers.standing(file);
    return status === 200 ? headers.get('upload-offset') : status;
  };
  /** Puts a file in the place of a folder, so that nothing can be written there, until it is called back. */
  let unblock: (() => Promise<void>) | null = null;
  const block = async (name: string) => {
    await rename(folder(name), folder(`${name}.away`));
    await writeFile(folder(name), 'no folder');
    unblock = async () => {
      await rm(folder(name));
      await rename(folder(`${name}.away`), folder(name));
      unblock = null;
    };
  };
  const edit = async (document: object) => {
    const json = { document, prune: false, dryRun: false };
    expect((await house.operator('/api/directory', { json })).status).toBe(200);
  };

  describe('somebody else', () => {
    test('cannot begin another’s upload anew behind a name of his own', async () => {
      const file = await attach();
      await hers.begin(file, photo.length);
      await hers.part(file, 0, photo.subarray(0, 100));
      const his = uploading(lena);
      const own = await attach(his);
      for (const metadata of [
        `x,\t${naming(own)},${naming(file)}`,
        `${naming(own)},\t${naming(file)}`,
        `${naming(own)},${naming(file)}`,
        `x,\t${naming(own)},${naming('../kept/x')}`,
      ]) {
        const answer = await his.begin(own, photo.length, { 'upload-metadata': metadata });
        expect([201, 400]).toContain(answer.status);
        expect(await offsetOf(file)).toBe('100');
      }
      expect(await readdir(folder('kept'))).not.toContain('x');
    });

    test('cannot write by another site, another method or another word for one', async () => {
      const file = await attach();
      await hers.begin(file, photo.length);
      const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
      expect((await hers.begin(file, photo.length, foreign)).status).toBe(403);
      expect((await hers.part(file, 0, photo, foreign)).status).toBe(403);
      expect((await mara(`/api/files/${file}`, { method: 'DELETE', headers: tus })).status).toBe(
        404,
      );
      for (const method of ['DELETE', 'PATCH']) {
        const headers = { ...tus, 'x-http-method-override': method };
        const json = {};
        expect((await mara(`/api/files/${file}`, { json, headers })).status).toBe(404);
      }
      expect(await offsetOf(file)).toBe('0');
    });

    test('who is a client attaches nothing; who was disabled sends nothing until he is not', async () => {
      const berta = uploading(await house.as('berta'));
      expect((await berta.attach(ticket, photo)).outcome).toMatchObject({ outcome: 'rejected' });
      const dora = uploading(await house.as('dora'));
      const file = await attach(dora);
      await dora.begin(file, photo.length);
      await edit({ people: { dora: { ...company.people.dora, disabled: true } } });
      expect((await dora.part(file, 0, photo)).status).toBe(401);
      expect((await dora.standing(file)).status).toBe(401);
      await edit({ people: { dora: company.people.dora } });
      const again = uploading(await house.as('dora'));
      expect((await again.part(file, 0, photo)).headers.get(hashHeader)).toBe(sha256(photo));
    });

    test('who left the team after he attached it still sends it', async () => {
      const file = await attach();
      await hers.begin(file, photo.length);
      await edit({ teams: { cold: { ...company.teams.cold, members: [] } } });
      ticket = await report();
      expect((await hers.attach(ticket, photo)).outcome).toMatchObject({ code: 'unknown-ticket' });
      expect((await hers.part(file, 0, photo)).headers.get(hashHeader)).toBe(sha256(photo));
    });
  });

  describe('a device that is not one of ours', () => {
    test.each([
      { 'upload-metadata': '' },
      { 'upload-metadata': 'file' },
      { 'upload-metadata': 'file \u00ff\u00fe' },
      { 'upload-metadata': `file ${'A'.repeat(4000)}` },
      { 'upload-length': '-1' },
      { 'upload-length': '1e3' },
      { 'upload-length': 'x' },
      { 'upload-length': '', 'upload-defer-length': '1' },
      { 'upload-concat': 'final;/api/files/a /api/files/b' },
      { 'tus-resumable': '0.2.2' },
    ] as Record<string, string>[])('begins nothing with %o', async (headers) => {
      const file = await attach();
      const { status } = await hers.begin(file, photo.length, headers);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      expect(await offsetOf(file)).toBe(404);
    });

    test.each([
      { 'upload-offset': '-1' },
      { 'upload-offset': '1e0' },
      { 'upload-offset': '99999999999999999999' },
      { 'upload-offset': '' },
      { 'upload-length': '5' },
      { 'content-type': 'text/plain' },
    ] as Record<string, string>[])('goes on with nothing by %o', async (headers) => {
      const file = await attach();
      await hers.begin(file, photo.length);
      const { status } = await hers.part(file, 0, photo, headers);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      expect(await offsetOf(file)).toBe('0');
      expect(await stored()).toEqual([]);
    });

    test('that sends parts in any order, again and all at once has sent it whole', async () => {
      const file = await attach();
      await hers.begin(file, photo.length);
      const third = Math.ceil(photo.length / 3);
      const parts = [2, 0, 1, 1, 0, 2].map((n) => n * third);
      const send = (from: number) => hers.part(file, from, photo.subarray(from, from + third));
      for (let round = 0; round < 3; round += 1) await Promise.all(parts.map(send));
      expect((await hers.standing(file)).headers.get(hashHeader)).toBe(sha256(photo));
      expect(await stored()).toEqual([file]);
    });

    test('a body without an end is cut where the picture ends', async () => {
      const file = await attach();
      await hers.begin(file, photo.length);
      const answer = await endless(file);
      expect(answer).toBe(413);
      expect(await stored()).toEqual([]);
      const { length } = await readFile(folder('incoming', file));
      expect(length).toBeLessThanOrEqual(photo.length);
    });

    test('fifty at once are all stored', async () => {
      const files = await Promise.all(Array.from({ length: 50 }, () => attach()));
      const answers = await Promise.all(files.map((file) => hers.upload(file, photo)));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]));
      expect((await stored()).toSorted()).toEqual(files.toSorted());
      expect(await readdir(folder('incoming'))).not.toContain(files[0]);
    });
  });

  describe('a disk', () => {
    test('that has little room takes no new ones, and those that have begun come to their end', async () => {
      const [begun, other] = [await attach(), await attach()];
      await hers.begin(begun, photo.length);
      disk.free = 200 * mebibyte;
      expect(await problemIn(await hers.begin(other, photo.length))).toEqual([
        503,
        'busy',
        'no-room',
      ]);
      expect(house.logged.join()).toContain('the disk has no room for more');
      expect((await hers.part(begun, 0, photo)).status).toBe(204);
      disk.free = 300 * mebibyte;
      expect((await hers.upload(other, photo)).status).toBe(204);
    });

    test('that is gone stops pictures, and whoever sends traffic here learns which', async () => {
      const file = await attach();
      disk.free = null;
      expect(await problemIn(await hers.begin(file, photo.length))).toEqual([503, 'busy', null]);
      // What was found out a moment ago counts for a second.
      const ready = () => house.stranger('/readyz').then((answer) => answer.text());
      await vi.waitFor(async () => expect(await ready()).toContain('RUNG_FILES does not answer'), {
        timeout: 10_000,
      });
      expect((await hers.attach(ticket, photo)).outcome).toMatchObject({ outcome: 'applied' });
    });

    test('is not filled by one who begins and does not end', async () => {
      const files = await Promise.all(Array.from({ length: 51 }, () => attach()));
      const [last = '', ...begun] = files;
      for (const file of begun) expect((await hers.begin(file, photo.length)).status).toBe(201);
      expect(await problemIn(await hers.begin(last, photo.length))).toEqual([
        429,
        'too-many',
        'too-many',
      ]);
      // Another's may begin; and hers go on, which makes room.
      const his = uploading(lena);
      expect((await his.upload(await attach(his), photo)).status).toBe(204);
      for (const file of begun) expect((await hers.part(file, 0, photo)).status).toBe(204);
      expect((await hers.upload(last, photo)).status).toBe(204);
    });

    test.each(['making', 'kept', 'shown'])(
      'that cannot be written in `%s`: it is finished later',
      async (name) => {
        const file = await attach();
        const before = house.logged.length;
        await hers.begin(file, photo.length);
        await block(name);
        const answer = await hers.part(file, 0, photo);
        expect(await problemIn(answer)).toEqual([503, 'busy', null]);
        expect((await hers.standing(file)).status).toBe(503);
        expect(house.logged.slice(before).join()).toMatch(/does not work[^]*ENOTDIR/);
        expect(await stored()).toEqual([]);
        await unblock?.();
        expect((await hers.upload(file, photo)).headers.get(hashHeader)).toBe(sha256(photo));
        expect(await stored()).toEqual([file]);
      },
    );

    test('that cannot be written where uploads begin: they begin later', async () => {
      const file = await attach();
      const before = house.logged.length;
      await block('incoming');
      expect(await problemIn(await hers.begin(file, photo.length))).toEqual([503, 'busy', null]);
      expect(house.logged.slice(before).join()).toMatch(/does not work[^]*(ENOTDIR|EEXIST)/);
      await unblock?.();
      expect((await hers.upload(file, photo)).status).toBe(204);
    });

    test.each(['', '{"id":'])(
      'that was full as an upload began, and kept of it „%s“: it begins anew',
      async (kept) => {
        const file = await attach();
        await hers.begin(file, photo.length);
        await writeFile(folder('incoming', `${file}.json`), kept);
        expect(await offsetOf(file)).toBe(404);
        expect((await hers.part(file, 0, photo)).status).toBe(404);
        expect((await hers.upload(file, photo)).headers.get(hashHeader)).toBe(sha256(photo));
      },
    );

    test('that was put back older than the database: whoever has the bytes still brings them again', async () => {
      const file = await attach();
      await hers.upload(file, photo);
      await rm(folder('kept', file));
      await rm(folder('shown', file));
      expect(await problemIn(await mara(`/api/files/${file}`))).toEqual([404, 'not-found', 'lost']);
      expect(await offsetOf(file)).toBe(404);
      expect((await hers.upload(file, photo)).headers.get(hashHeader)).toBe(sha256(photo));
      expect((await mara(`/api/files/${file}`)).status).toBe(200);
      expect(await stored()).toEqual([file]);
    });

    test('that lost only what is shown: it is made anew of what is kept', async () => {
      const file = await attach();
      await hers.upload(file, photo);
      await rm(folder('shown', file));
      expect((await mara(`/api/files/${file}`)).status).toBe(200);
      expect(await stored()).toEqual([file]);
    });
  });

  test('a ticket that cannot be read holds up its own pictures alone, until it can', async () => {
    const broken = await attach();
    const state = storedTicket(house.config.databaseUrl, ticket);
    const whole = await state.state();
    await state.setState('{');
    const other = await report();
    const good = (await hers.attach(other, photo)).file;
    await Promise.all([hers.begin(broken, photo.length), hers.begin(good, photo.length)]);
    const [answer, fine] = await Promise.all([
      hers.part(broken, 0, photo),
      hers.part(good, 0, photo),
    ]);
    expect([answer.status, fine.status]).toEqual([500, 204]);
    expect((await hers.standing(broken)).status).toBe(500);
    await state.setState(whole);
    expect((await hers.standing(broken)).headers.get(hashHeader)).toBe(sha256(photo));
    expect([await stored(), await stored(other)]).toEqual([[broken], [good]]);
  });

  /** How a part is answered that says no length and never ends. */
  async function endless(file: string): Promise<number | undefined> {
    const json = { email: company.people.mara.email, password };
    const cookie = cookieOf(await house.stranger('/api/session', { json }));
    const part = partByHand(house.url, file, { cookie, 'transfer-encoding': 'chunked' });
    let isOver = false;
    const more = (): void => {
      if (!isOver) part.write(Buffer.alloc(64 * 1024), () => setImmediate(more));
    };
    more();
    const [answer] = (await once(part, 'response')) as [IncomingMessage];
    isOver = true;
    part.destroy();
    return answer.statusCode;
  }

  test('ids that are none', async () => {
    for (const id of ['..%2fmark', '%00', 'mark', ulid().toLowerCase(), `${ulid()}.json`]) {
      expect([id, (await mara(`/api/files/${id}`)).status]).toEqual([id, 404]);
      expect([id, (await hers.part(id, 0, photo)).status]).toEqual([id, 404]);
    }
  });
});
