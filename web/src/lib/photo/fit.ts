/** How large a picture may be, and how small it is made. */

/** Longest edge of what leaves a phone, px. */
export const longEdge = 2560;
/** Largest picture that is opened at all, bytes and pixels: a phone that runs out of memory closes the page. */
export const mostInput = 60_000_000;
export const mostPixels = 50_000_000;

export type Size = { readonly width: number; readonly height: number };

/** The size with the same shape whose long edge is at most `edge`; never larger than it was, and never without a pixel. */
export function fitted({ width, height }: Size, edge: number): Size {
  const scale = Math.min(1, edge / Math.max(width, height));
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}

/** What a picture's first bytes say of its size, so that nobody decodes what is too large; null = they do not. */
export function sizeIn(head: Uint8Array): Size | null {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  try {
    if (view.getUint32(0) === 0x89504e47) {
      return { width: view.getUint32(16), height: view.getUint32(20) };
    }
    return view.getUint16(0) === 0xffd8 ? sizeOfJpeg(view) : null;
  } catch {
    // It ends before it says so.
    return null;
  }
}

/** Segment by segment to the frame, which names it. */
function sizeOfJpeg(view: DataView): Size | null {
  for (let at = 2; view.getUint8(at) === 0xff; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint8(at + 1);
    // C4, C8 and CC are tables in between.
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
  }
  return null;
}
