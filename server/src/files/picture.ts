/** Pictures as they are shown: encoded anew, so that nothing of what came runs or tells anything but what one sees. */

import { readFile } from 'node:fs/promises';
import type { PictureType } from '@rung/domain/ticket/commands.ts';
import sharp from 'sharp';
import { FileFault } from './fault.ts';
import { atMost } from './turns.ts';

/** More is refused by what its header says, before anything is unpacked. */
export const mostPixels = 50_000_000;
/** WebP's own limit. */
const longestEdge = 16_383;
const quality = 82;
/** A picture of `mostPixels` takes a second or two. */
const patienceSeconds = 60;

// Everything else that libvips can read (SVG, PDF, TIFF, …) is only another way in.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp'],
});
sharp.cache(false);
sharp.concurrency(1);

/** It works on threads that others need too, and the largest picture takes a gigabyte while it is turned: one after the other. */
const inTurn = atMost(1);

const formats: Readonly<Record<PictureType, string>> = {
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  'image/webp': 'webp',
};

/** The type of what is shown of a picture that was declared as this. */
export function shownType(type: PictureType): PictureType {
  return type === 'image/jpeg' ? 'image/jpeg' : 'image/webp';
}

/**
 * The picture in this file, upright, without anything but pixels. @throws FileFault where it is none of this type, or too
 * large
 */
export function encodedAnew(path: string, type: PictureType): Promise<Buffer> {
  return inTurn(async () => {
    // Read here: that the disk cannot is not the picture's fault.
    const bytes = await readFile(path);
    try {
      const picture = sharp(bytes, { limitInputPixels: mostPixels, failOn: 'error' });
      const { format, width, height } = await picture.metadata();
      if (format !== formats[type]) throw new Error(`it is ${format}`);
      if (width * height > mostPixels) throw new Error(`it has ${width} x ${height} pixels`);
      const upright = picture
        .autoOrient()
        .resize(longestEdge, longestEdge, { fit: 'inside', withoutEnlargement: true })
        .timeout({ seconds: patienceSeconds });
      const encoded =
        shownType(type) === 'image/jpeg' ? upright.jpeg({ quality }) : upright.webp({ quality });
      return await encoded.toBuffer();
    } catch (error) {
      throw new FileFault('no-picture', error);
    }
  });
}
