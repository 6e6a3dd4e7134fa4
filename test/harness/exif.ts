/**
 * The JPEG with what a phone's camera writes into it: held upright (orientation 6: its pixels lie on their side), taken at
 * 52° N 13° E by a maker of that name. Where it was taken is nobody's business.
 */
export function withExif(jpeg: Buffer, maker: string): Buffer {
  const tiff = Buffer.alloc(160);
  let end = 8;
  tiff.write('II', 0, 'latin1');
  tiff.writeUInt16LE(42, 2);
  tiff.writeUInt32LE(end, 4);
  const entry = (tag: number, type: number, count: number, value: number): void => {
    tiff.writeUInt16LE(tag, end);
    tiff.writeUInt16LE(type, end + 2);
    tiff.writeUInt32LE(count, end + 4);
    tiff.writeUInt32LE(value, end + 8);
    end += 12;
  };
  const directory = (entries: readonly (readonly [number, number, number, number])[]): void => {
    tiff.writeUInt16LE(entries.length, end);
    end += 2;
    for (const one of entries) entry(...one);
    end += 4;
  };
  const text = 120;
  const gps = 56;
  // Of its maker, how it was held, and where to find where it was taken.
  directory([
    [0x010f, 2, maker.length + 1, text],
    [0x0112, 3, 1, 6],
    [0x8825, 4, 1, gps],
  ]);
  end = gps;
  // Latitude north, longitude east, as three fractions each.
  directory([
    [1, 2, 2, 'N'.charCodeAt(0)],
    [3, 2, 2, 'E'.charCodeAt(0)],
  ]);
  tiff.write(`${maker}\0`, text, 'latin1');
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const head = Buffer.alloc(4);
  head.writeUInt16BE(0xffe1, 0);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
}
