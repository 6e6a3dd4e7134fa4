import { once } from 'node:events';
import { mkdir, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { hashHeader, mostPictureBytes, uploadPart } from '@rung/protocol/files.ts';
import type { Timeline } from '@rung/protocol/ticket-view.ts';
import sharp from 'sharp';
import { ulid } from 'ulid';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { reportMessage, requestOf, send } from '../harness/command.ts';
import { company, password } from '../harness/company.ts';
import { dialects, freshPlace, type Place } from '../harness/dialects.ts';
import { cookieOf, testHouse, type TestHouse, type Visitor, visitor } from '../harness/house.ts';
import { ask } from '../harness/stored-rows.ts';
import { partByHand, problemIn, type Said, sha256, uploading } from '../harness/uploads.ts';

/** A photo of some size, as a phone takes it: turned, and saying where. */
let photo: Buffer;
beforeAll(async () => {
  photo = await sharp({
    create: {
      width: 1200,
      height: 800,
      channels: 3,
      background: '#264653',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  })
    .withExif({ IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 31/1 12/1' } })
    .withMetadata({ orientation: 6 })
    .jpeg({ quality: 95 })
    .toBuffer();
  expect(photo.length).toBeGreaterThan(uploadPart);
});

describe.each(dialects)('pictures on %s', (dialect) => {
  let place: Place;
  let house: TestHouse;
  let mara: Visitor;
  let ticket: string;
  const open = async (isEmpty = true) => {
    house = await testHouse(dialect, { place, isEmpty });
    mara = await house.as('mara');
  };
  beforeAll(async () => {
    place = await freshPlace(dialect);
    await open(false);
  });
  afterAll(async () => {
    await house.close();
    await place.remove();
  });
  beforeEach(async () => {
    const report = reportMessage('pump 4 drips', { site: 'oven-hall' });
    await send(mara, report);
    ticket = report.command.args.ticket;
  });
  const restart = async () => {
    await house.close();
    await open();
  };

  /** Mara says what she has; its id. */
  async function attach(bytes: Buffer, said: Said = {}, visit = mara): Promise<string> {
    const { file, outcome } = await uploading(visit).attach(ticket, bytes, said);
    expect(outcome).toMatchObject({ outcome: 'applied' });
    return file;
  }
  const begin = (file: string, length: number, visit = mara) =>
    uploading(visit).begin(file, length);
  const standing = (file: string, visit = mara) => uploading(visit).standing(file);
  const part = (file: string, offset: number, bytes: Buffer, visit = mara) =>
    uploading(visit).part(file, offset, bytes);
  const upload = (file: string, bytes: Buffer) => uploading(mara).upload(file, bytes);
  const events = async (name: string, of = ticket) => {
    const timeline = (await (await mara(`/api/tickets/${of}/timeline`)).json()) as Timeline;
    return timeline.events.filter((event) => event.name === name);
  };
  /** Where something of this file lies. */
  const left = async (file: string): Promise<readonly string[]> => {
    const { files } = house.config;
    const folders = ['incoming', 'making', 'kept', 'shown'];
    const names = await Promise.all(folders.map((folder) => readdir(join(files, folder))));
    return folders.filter((_, n) => names[n]?.some((name) => name.startsWith(file)));
  };

  test('one comes in parts, its ticket says so once, and it is shown without what it told', async () => {
    const file = await attach(photo);
    const early = await mara(`/api/files/${file}`);
    expect(await problemIn(early)).toEqual([404, 'not-found', 'not-stored']);
    const begun = await begin(file, photo.length);
    expect([begun.status, begun.headers.get('location')]).toEqual([201, `/api/files/${file}`]);
    const first = await part(file, 0, photo.subarray(0, uploadPart));
    expect([first.status, first.headers.get('upload-offset')]).toEqual([204, String(uploadPart)]);
    expect(first.headers.get(hashHeader)).toBeNull();
    expect(await events('stored')).toEqual([]);
    const last = await part(file, uploadPart, photo.subarray(uploadPart));
    expect([last.status, last.headers.get(hashHeader)]).toEqual([204, sha256(photo)]);
    expect(last.headers.get('access-control-allow-origin')).toBeNull();

    expect(await events('stored')).toMatchObject([{ args: { file, hash: sha256(photo) } }]);
    expect(await left(file)).toEqual(['kept', 'shown']);
    expect(sha256(await readFile(join(house.config.files, 'kept', file)))).toBe(sha256(photo));

    const answer = await mara(`/api/files/${file}`);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'content-disposition': `attachment; filename="${file}"`,
      'content-security-policy': expect.stringMatching(/^sandbox; default-src 'none'/) as string,
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    const shown = Buffer.from(await answer.arrayBuffer());
    expect(answer.headers.get('content-length')).toBe(String(shown.length));
    const before = await sharp(photo).metadata();
    expect([before.orientation, before.exif === undefined]).toEqual([6, false]);
    const { format, width, height, exif, orientation } = await sharp(shown).metadata();
    expect({ format, width, height, exif, orientation }).toEqual({
      format: 'jpeg',
      width: 800,
      height: 1200,
      exif: undefined,
      orientation: undefined,
    });
  });

  test.each([['image/png'], ['image/webp']] as const)('%s is shown as WebP', async (type) => {
    const drawn = sharp({ create: { width: 9, height: 9, channels: 4, background: '#f00' } });
    const bytes = await (type === 'image/png' ? drawn.png() : drawn.webp()).toBuffer();
    const file = await attach(bytes, { type });
    expect((await upload(file, bytes)).status).toBe(204);
    const answer = await mara(`/api/files/${file}`);
    expect(answer.headers.get('content-type')).toBe('image/webp');
    const { format } = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
    expect(format).toBe('webp');
  });

  test('after a restart it goes on where it stood', async () => {
    const file = await attach(photo);
    await begin(file, photo.length);
    await part(file, 0, photo.subarray(0, uploadPart));
    await restart();
    const stands = await standing(file);
    expect(stands.status).toBe(200);
    expect(Object.fromEntries(stands.headers)).toMatchObject({
      'upload-offset': String(uploadPart),
      'upload-length': String(photo.length),
      'cache-control': 'no-store',
    });
    // Whoever begins anew loses nothing.
    const again = await begin(file, photo.length);
    expect([again.status, again.headers.get('upload-offset')]).toEqual([201, String(uploadPart)]);
    expect(await problemIn(await part(file, 0, photo.subarray(0, 10)))).toEqual([
      409,
      'conflict',
      'offset',
    ]);
    expect((await part(file, uploadPart, photo.subarray(uploadPart))).status).toBe(204);
    expect(await events('stored')).toHaveLength(1);
  });

  test('what a broken connection brought is kept, and the next one goes on from there', async () => {
    const before = house.logged.length;
    const file = await attach(photo);
    await begin(file, photo.length);
    await cutShort(file, photo.subarray(0, 300_000));
    const stands = await standing(file);
    const offset = Number(stands.headers.get('upload-offset'));
    expect(offset).toBeGreaterThan(0);
    expect(offset).toBeLessThanOrEqual(300_000);
    expect((await part(file, offset, photo.subarray(offset, offset + uploadPart))).status).toBe(
      204,
    );
    const troubles = house.logged.slice(before).filter((line) => !line.includes("level: 'info'"));
    expect(troubles).toEqual([]);
  });

  test('a part that never ends holds up nobody, and what came of it is kept', async () => {
    const [slow, other] = [await attach(photo), await attach(photo)];
    await begin(slow, photo.length);
    const endless = await sending(slow, uploadPart);
    endless.write(photo.subarray(0, 1000));
    await written(slow);
    expect((await upload(other, photo)).status).toBe(204);
    expect(await (await mara(`/api/tickets/${ticket}`)).json()).toMatchObject({ phase: 'open' });
    // Its device has lost the connection, and the server has not: whoever comes next goes on.
    expect((await standing(slow)).headers.get('upload-offset')).toBe('1000');
    const next = await part(slow, 1000, photo.subarray(1000, uploadPart));
    expect([next.status, next.headers.get('upload-offset')]).toEqual([204, String(uploadPart)]);
    endless.destroy();
    expect((await part(slow, uploadPart, photo.subarray(uploadPart))).status).toBe(204);
  });

  test('without a session nothing is taken and nothing lost', async () => {
    const file = await attach(photo);
    await begin(file, photo.length);
    await part(file, 0, photo.subarray(0, uploadPart));
    const { stranger } = house;
    const rest = photo.subarray(uploadPart);
    expect((await part(file, uploadPart, rest, stranger)).status).toBe(401);
    expect((await standing(file, stranger)).status).toBe(401);
    expect((await begin(file, photo.length, stranger)).status).toBe(401);
    expect((await stranger(`/api/files/${file}`)).status).toBe(401);
    expect((await part(file, uploadPart, rest, await house.as('mara'))).status).toBe(204);
  });

  test('another’s picture, and one that nobody declared, are not there to be sent', async () => {
    const file = await attach(photo);
    await begin(file, photo.length);
    const lena = await house.as('lena');
    const nobodys = await begin(ulid(), photo.length);
    for (const id of [file, ulid(), '../mark', 'x']) {
      const answers = [
        await begin(id, photo.length, lena),
        await part(encodeURIComponent(id), 0, photo.subarray(0, 9), lena),
      ];
      for (const answer of answers) {
        expect(await problemIn(answer)).toEqual([404, 'not-found', null]);
      }
      expect((await standing(encodeURIComponent(id), lena)).status).toBe(404);
    }
    expect(nobodys.status).toBe(404);
    expect((await standing(file)).headers.get('upload-offset')).toBe('0');
  });

  test('other bytes than were declared are thrown away, and the right ones can come', async () => {
    const wrong = Buffer.from(photo);
    wrong.writeUInt8(wrong.readUInt8(99_999) ^ 1, 99_999);
    const file = await attach(photo);
    expect(await problemIn(await upload(file, wrong))).toEqual([409, 'conflict', 'hash-differs']);
    expect(await left(file)).toEqual([]);
    expect((await standing(file)).status).toBe(404);
    expect(await events('stored')).toEqual([]);
    expect((await upload(file, photo)).headers.get(hashHeader)).toBe(sha256(photo));
    expect(await events('stored')).toHaveLength(1);
  });

  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>1</script></svg>';
  test.each([
    ['an SVG', 'image/jpeg', Buffer.from(svg)],
    ['a page', 'image/jpeg', Buffer.from('<!doctype html><script>alert(1)</script>')],
    ['a PNG', 'image/jpeg', pngOf(9, 9)],
    ['a PNG of 51 megapixels', 'image/png', pngOf(8500, 6000)],
    ['a header without a picture', 'image/png', pngOf(9, 9).subarray(0, 40)],
  ] as const)('%s dressed as %s is no picture', async (_, type, bytes) => {
    const file = await attach(bytes, { type });
    expect(await problemIn(await upload(file, bytes))).toEqual([422, 'refused', 'no-picture']);
    expect(await left(file)).toEqual([]);
    expect(await problemIn(await mara(`/api/files/${file}`))).toEqual([
      404,
      'not-found',
      'not-stored',
    ]);
    expect([await events('attached'), await events('stored')]).toMatchObject([
      [{ args: { file } }],
      [],
    ]);
  });

  test('more than was declared, or than a part may have, is refused', async () => {
    const file = await attach(photo);
    expect(await problemIn(await begin(file, photo.length + 1))).toEqual([413, 'too-large', null]);
    expect(await problemIn(await begin(file, photo.length - 1))).toEqual([
      409,
      'conflict',
      'size-differs',
    ]);
    await begin(file, photo.length);
    expect(await announce(file, 2 * uploadPart + 1)).toBe(413);
    const small = Buffer.from('x'.repeat(100));
    const other = await attach(small);
    await begin(other, small.length);
    expect((await part(other, 0, photo.subarray(0, 101))).status).toBe(413);
    expect((await standing(other)).headers.get('upload-offset')).toBe('0');
    const message = requestOf('attach', {
      ticket,
      file: ulid(),
      hash: sha256(photo),
      size: mostPictureBytes + 1,
      type: 'image/jpeg',
      thumbnail: null,
    });
    expect((await mara('/api/commands', { json: message })).status).toBe(400);
  });

  test('a phone whose last answer was lost learns in every way that it is done', async () => {
    const file = await attach(photo);
    await upload(file, photo);
    const answers = [
      await standing(file),
      await begin(file, photo.length),
      await part(file, uploadPart, photo.subarray(uploadPart)),
      await part(file, 0, photo.subarray(0, uploadPart)),
    ];
    for (const { ok, headers } of answers) {
      expect([ok, headers.get(hashHeader), headers.get('upload-offset')]).toEqual([
        true,
        sha256(photo),
        String(photo.length),
      ]);
    }
    expect(await events('stored')).toHaveLength(1);
  });

  test('ended by several requests at once it is stored once', async () => {
    const file = await attach(photo);
    await begin(file, photo.length);
    await part(file, 0, photo.subarray(0, uploadPart));
    const rest = photo.subarray(uploadPart);
    await Promise.all([
      part(file, uploadPart, rest),
      part(file, uploadPart, rest),
      standing(file),
      standing(file),
    ]);
    const stands = await standing(file);
    expect(stands.headers.get(hashHeader)).toBe(sha256(photo));
    expect(await events('stored')).toHaveLength(1);
    expect(await left(file)).toEqual(['kept', 'shown']);
  });

  test('a closed ticket takes them too', async () => {
    const seen = { generation: 1, severity: 'S3' } as const;
    const file = await attach(photo);
    await send(mara, requestOf('resolve', { ticket, seen, resolution: 'a new seal' }));
    await send(await house.as('lena'), requestOf('close', { ticket }));
    expect((await upload(file, photo)).status).toBe(204);
    expect(await events('stored')).toHaveLength(1);
    const late = await attach(photo);
    expect((await upload(late, photo)).status).toBe(204);
    expect(await (await mara(`/api/tickets/${ticket}`)).json()).toMatchObject({ phase: 'closed' });
  });

  test('whoever reads the timeline sees it; to strangers it is not there, and to clients none is', async () => {
    const file = await attach(photo);
    await upload(file, photo);
    const answers: Record<string, number> = {};
    const nobodys = await (await mara(`/api/files/${ulid()}`)).text();
    for (const person of [
      'mara',
      'lena',
      'dora',
      'max',
      'ada',
      'otto',
      'berta',
      'klara',
    ] as const) {
      const answer = await (await house.as(person))(`/api/files/${file}`);
      answers[person] = answer.status;
      if (answer.status === 404) expect(await answer.text()).toBe(nobodys);
      else await answer.body?.cancel();
    }
    expect(answers).toEqual({
      mara: 200,
      lena: 200,
      dora: 200,
      max: 200,
      ada: 200,
      otto: 404,
      berta: 403,
      klara: 403,
    });
  });

  describe('a process that died', () => {
    let file: string;
    const at = (name: string) => join(house.config.files, name, file);
    beforeEach(async () => {
      file = await attach(photo);
      await begin(file, photo.length);
    });
    /** As the last bytes leave it, before anybody looked at them. */
    const come = () => writeFile(at('incoming'), photo);

    const ends = {
      'when all had come': come,
      'while it copied': async () => {
        await come();
        await writeFile(join(house.config.files, 'making', `${file}.x.kept`), 'half of it');
      },
      'when only what is shown was there': async () => {
        await come();
        await writeFile(at('shown'), 'what is shown');
      },
      'when it was kept, and not cleared up': async () => {
        await come();
        await writeFile(at('shown'), 'what is shown');
        await writeFile(at('kept'), photo);
      },
      'when only its ticket did not know': async () => {
        await writeFile(at('shown'), 'what is shown');
        await rm(at('incoming'));
        await rm(`${at('incoming')}.json`);
        await writeFile(at('kept'), photo);
      },
    };
    test.each(Object.keys(ends) as (keyof typeof ends)[])(
      '%s: whoever asks next does the rest',
      async (name) => {
        await ends[name]();
        await restart();
        expect(await events('stored')).toEqual([]);
        const stands = await standing(file);
        expect([stands.status, stands.headers.get(hashHeader)]).toEqual([200, sha256(photo)]);
        expect(await events('stored')).toHaveLength(1);
        expect(sha256(await readFile(at('kept')))).toBe(sha256(photo));
        expect(await left(file)).not.toContain('incoming');
      },
    );

    test('and left what is another’s: it is not taken for this one', async () => {
      await writeFile(at('shown'), 'what is shown');
      await writeFile(at('kept'), 'of another life of the database');
      await restart();
      expect((await standing(file)).headers.get('upload-offset')).toBe('0');
      expect((await upload(await attach(photo), photo)).status).toBe(204);
      await part(file, 0, photo.subarray(0, uploadPart));
      expect((await part(file, uploadPart, photo.subarray(uploadPart))).status).toBe(204);
      expect(sha256(await readFile(at('kept')))).toBe(sha256(photo));
    });
  });

  test('uploads that nobody went on with for a week are gone after the next start', async () => {
    const [old, young] = [await attach(photo), await attach(photo)];
    for (const file of [old, young]) {
      await begin(file, photo.length);
      await part(file, 0, photo.subarray(0, uploadPart));
    }
    const touched = async (file: string, agoDays: number) => {
      const at = new Date(house.clock.now() - agoDays * 86_400_000);
      for (const name of [file, `${file}.json`])
        await utimes(join(house.config.files, 'incoming', name), at, at);
    };
    await touched(old, 7.1);
    await touched(young, 6.9);
    await restart();
    expect([(await standing(old)).status, (await standing(young)).status]).toEqual([404, 200]);
    expect((await upload(old, photo)).status).toBe(204);
  });

  test('one that is missing in the folder is told, not served as nothing', async () => {
    const file = await attach(photo);
    await upload(file, photo);
    for (const name of ['kept', 'shown']) await rm(join(house.config.files, name, file));
    expect(await problemIn(await mara(`/api/files/${file}`))).toEqual([404, 'not-found', 'lost']);
    expect(house.logged.join()).toContain('a picture is missing in the folder of files');
  });

  // SQLite has one process.
  if (dialect === 'postgres') {
    test('what came to one process in parts goes on at another, and is shown by both', async () => {
      const there = await testHouse(dialect, {
        isEmpty: true,
        databaseUrl: place.databaseUrl,
        files: house.config.files,
      });
      // Her session is good at both: to give her a new password would end it.
      const maraThere = visitor(there.url, { cookie: await cookieOfMara() });
      const file = await attach(photo);
      await begin(file, photo.length);
      await part(file, 0, photo.subarray(0, uploadPart));
      expect((await standing(file, maraThere)).headers.get('upload-offset')).toBe(
        String(uploadPart),
      );
      const rest = photo.subarray(uploadPart);
      // The last part at both at once: both come to its end.
      await Promise.all([
        part(file, uploadPart, rest),
        part(file, uploadPart, rest, maraThere),
        standing(file),
        standing(file, maraThere),
      ]);
      expect((await standing(file)).headers.get(hashHeader)).toBe(sha256(photo));
      expect(await events('stored')).toHaveLength(1);
      for (const visit of [mara, maraThere]) {
        expect((await visit(`/api/files/${file}`)).status).toBe(200);
      }
      expect(await left(file)).toEqual(['kept', 'shown']);
      await there.close();
    });
  }

  test('a folder that is not this database’s', async () => {
    const { files } = house.config;
    await house.close();
    await rename(files, `${files}.away`);
    await mkdir(files);
    const [row] = await ask(place.databaseUrl, 'select mark from file_folder');
    const mark = String(row?.['mark']);
    const sentence = new RegExp(`write ${mark} into ${join(files, 'mark')}`);
    const start = testHouse(dialect, { place, isEmpty: true });
    if (dialect === 'postgres') {
      await expect(start).rejects.toThrow(sentence);
      await writeFile(join(files, 'mark'), 'another');
      await expect(testHouse(dialect, { place, isEmpty: true })).rejects.toThrow(sentence);
    } else {
      const lonely = await start;
      expect(lonely.logged.join()).toMatch(sentence);
      await lonely.close();
    }
    await writeFile(join(files, 'mark'), `${mark}\n`);
    await open();
    expect(house.logged.join()).not.toContain('RUNG_FILES');
  });

  async function cookieOfMara(): Promise<string> {
    const json = { email: company.people.mara.email, password };
    return cookieOf(await house.stranger('/api/session', { json }));
  }

  /** A part by hand, of which only the length is said yet. */
  async function sending(file: string, length: number) {
    const cookie = await cookieOfMara();
    return partByHand(house.url, file, { cookie, 'content-length': length });
  }

  /** How a part of this length is answered before anything of it came. */
  async function announce(file: string, length: number): Promise<number | undefined> {
    const part = await sending(file, length);
    part.flushHeaders();
    const [answer] = (await once(part, 'response')) as [IncomingMessage];
    part.destroy();
    return answer.statusCode;
  }

  /** Resolves when something of it is on the disk. */
  async function written(file: string): Promise<void> {
    while ((await readFile(join(house.config.files, 'incoming', file))).length === 0);
  }

  /** Sends this much of a part, and is gone once the server has written some of it. */
  async function cutShort(file: string, bytes: Buffer): Promise<void> {
    const part = await sending(file, uploadPart);
    part.write(bytes);
    await written(file);
    await new Promise((resolve) => part.once('close', resolve).destroy());
  }
});

/** A grey picture of this size, made by hand: little to send, much to unpack. */
function pngOf(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const lines = deflateSync(Buffer.alloc((width + 1) * height));
  const chunk = (name: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', lines),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
