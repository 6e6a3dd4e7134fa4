/** A number in [0,1) that belongs to the id: spreads what would come at once without chance, so that a replay is the same. */
export function lotOf(id: string): number {
  let sum = 2_166_136_261;
  for (let n = 0; n < id.length; n += 1) sum = Math.imul(sum ^ id.charCodeAt(n), 16_777_619);
  return (sum >>> 0) / 2 ** 32;
}
