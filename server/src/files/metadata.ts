/** The id in tus's `Upload-Metadata`: `file <base64>` among pairs with commas between; null = there is none. */
export function fileIn(metadata: string | null | undefined): string | null {
  const pairs = (metadata ?? '').split(',').map((pair) => pair.trim().split(/ +/));
  const value = pairs.find(([name]) => name === 'file')?.[1];
  return value === undefined ? null : Buffer.from(value, 'base64').toString('utf8');
}
