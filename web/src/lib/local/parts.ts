import type { FilePart } from './rows.ts';

/** Most bytes in one row. */
const partBytes = 512 * 1024;

/** The bytes of a picture as they are kept. */
export function partsFrom(file: string, bytes: ArrayBuffer): readonly FilePart[] {
  return Array.from({ length: Math.ceil(bytes.byteLength / partBytes) }, (_, n) => ({
    file,
    n,
    bytes: bytes.slice(n * partBytes, (n + 1) * partBytes),
  }));
}
