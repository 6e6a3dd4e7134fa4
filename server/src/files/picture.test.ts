import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PictureType } from '@rung/domain/ticket/commands.ts';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FileFault } from './fault.ts';
import { encodedAnew } from './picture.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rung-pictures-'));
});
afterAll(() => rm(folder, { recursive: true }));

const blank = (width: number, height: number, channels: 3 | 4 = 3) =>
  sharp({ create: { width, height, channels, background: '#2a9d8f' } });

async function shown(bytes: Buffer, type: PictureType) {
  const path = join(folder, 'came');
  await writeFile(path, bytes);
  return encodedAnew(path, type);
}

const frames = [blank(8, 6), blank(8, 6, 4)];
const odd = {
  'of one pixel': ['image/jpeg', () => blank(1, 1).jpeg().toBuffer(), [1, 1]],
  'in the colours of print': [
    'image/jpeg',
    () => blank(8, 6).toColourspace('cmyk').jpeg().toBuffer(),
    [8, 6],
  ],
  'of 16 bits': ['image/png', () => blank(8, 6, 4).toColourspace('rgb16').png().toBuffer(), [8, 6]],
  'grey, of 16 bits': [
    'image/png',
    () => blank(8, 6).toColourspace('grey16').png().toBuffer(),
    [8, 6],
  ],
  'that moves: its first frame': [
    'image/webp',
    async () => {
      const images = await Promise.all(frames.map((frame) => frame.png().toBuffer()));
      return sharp(images, { join: { animated: true } })
        .webp({ delay: [9, 9] })
        .toBuffer();
    },
    [8, 6],
  ],
  'much wider than any that is shown': [
    'image/jpeg',
    () => blank(40_000, 50).jpeg().toBuffer(),
    [16_383, 20],
  ],
} as const satisfies Record<
  string,
  readonly [PictureType, () => Promise<Buffer>, readonly number[]]
>;

test.each(Object.keys(odd) as (keyof typeof odd)[])('a picture %s is shown', async (name) => {
  const [type, make, size] = odd[name];
  const { width, height, space, pages } = await sharp(await shown(await make(), type)).metadata();
  expect([width, height, space, pages ?? 1]).toEqual([...size, 'srgb', 1]);
});

test('nothing is left of what came behind a picture, or stood in it beside the pixels', async () => {
  const script = '<script>alert(1)</script>';
  const bytes = await blank(8, 6)
    .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/">${script}</x:xmpmeta>`)
    .jpeg()
    .toBuffer();
  const both = Buffer.concat([bytes, Buffer.from(script)]);
  expect(both.toString('latin1').split(script)).toHaveLength(3);
  expect((await shown(both, 'image/jpeg')).toString('latin1')).not.toContain('script');
});

test('a picture of which the end is missing is none', async () => {
  const bytes = await blank(90, 90).jpeg().toBuffer();
  const half = shown(bytes.subarray(0, bytes.length / 2), 'image/jpeg');
  await expect(half).rejects.toMatchObject({ kind: 'no-picture' });
});

test('bytes that cannot be read are not called no picture', async () => {
  const trouble = encodedAnew(join(folder, 'nowhere'), 'image/jpeg');
  await expect(trouble).rejects.not.toBeInstanceOf(FileFault);
});
