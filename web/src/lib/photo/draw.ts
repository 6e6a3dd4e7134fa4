/** Makes a picture small enough to be sent: in a worker, or where there is none on the page. */

import { mostPictureBytes, mostThumbnail } from '@rung/protocol/files.ts';
import { fitted, longEdge, mostInput, mostPixels, sizeIn, type Size } from './fit.ts';

/** As it is kept and sent. Encoded anew, so that nothing of where and when it was taken is in it. */
export type Made = {
  readonly kind: 'made';
  readonly bytes: ArrayBuffer;
  /** SHA-256, hexadecimal. */
  readonly hash: string;
  readonly type: 'image/jpeg';
  /** A small JPEG, base64; null = it would not be small enough. */
  readonly thumbnail: string | null;
};
/** `no-picture`: this browser cannot read it. `not-kept`: the page came by plain http, where nothing can be hashed. */
export type Drawn = Made | { readonly kind: 'no-picture' | 'too-large' | 'not-kept' };

const quality = 0.82;
/** The first that is short enough is taken: edge in px, quality. */
const thumbnails = [
  [160, 0.7],
  [160, 0.45],
  [112, 0.45],
  [64, 0.4],
] as const;
/** Where a JPEG says how large it is: behind what a camera tells of itself, preview and all. */
const headBytes = 256 * 1024;

export async function draw(file: Blob): Promise<Drawn> {
  // An old browser, or a page that came by plain http: the type says that it is always there.
  if ((crypto.subtle as SubtleCrypto | undefined) === undefined) return { kind: 'not-kept' };
  if (file.size > mostInput) return { kind: 'too-large' };
  let image: ImageBitmap;
  try {
    const size = sizeIn(new Uint8Array(await file.slice(0, headBytes).arrayBuffer()));
    if (size !== null && isTooLarge(size)) return { kind: 'too-large' };
    image = await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    return { kind: 'no-picture' };
  }
  try {
    if (isTooLarge(image)) return { kind: 'too-large' };
    const large = canvasOf(image, fitted(image, longEdge));
    const bytes = await (await encoded(large, quality)).arrayBuffer();
    if (bytes.byteLength > mostPictureBytes) return { kind: 'too-large' };
    const hash = hexOf(await crypto.subtle.digest('SHA-256', bytes));
    return { kind: 'made', bytes, hash, type: 'image/jpeg', thumbnail: await thumbnailOf(large) };
  } catch {
    // No memory for so large a canvas.
    return { kind: 'too-large' };
  } finally {
    image.close();
  }
}

function isTooLarge({ width, height }: Size): boolean {
  return width * height > mostPixels;
}

type Canvas = OffscreenCanvas | HTMLCanvasElement;

function canvasOf(image: ImageBitmap | Canvas, { width, height }: Size): Canvas {
  const canvas =
    typeof OffscreenCanvas === 'function'
      ? new OffscreenCanvas(width, height)
      : Object.assign(document.createElement('canvas'), { width, height });
  const context = canvas.getContext('2d') as CanvasRenderingContext2D | null;
  if (context === null) throw new Error('no canvas');
  // A JPEG has no transparency: what is clear would be black.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, 0, 0, width, height);
  return canvas;
}

function encoded(canvas: Canvas, how: number): Promise<Blob> {
  if ('convertToBlob' in canvas) return canvas.convertToBlob({ type: 'image/jpeg', quality: how });
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob === null ? reject(new Error('no room')) : resolve(blob)),
      'image/jpeg',
      how,
    );
  });
}

async function thumbnailOf(large: Canvas): Promise<string | null> {
  for (const [edge, how] of thumbnails) {
    const blob = await encoded(canvasOf(large, fitted(large, edge)), how);
    if (blob.size > (mostThumbnail / 4) * 3) continue;
    const bytes = new Uint8Array(await blob.arrayBuffer());
    return btoa(String.fromCharCode(...bytes));
  }
  return null;
}

function hexOf(bytes: ArrayBuffer): string {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
