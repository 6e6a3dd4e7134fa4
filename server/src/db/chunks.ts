/** SQLite takes at most 32,766 parameters a statement, Postgres 65,535: rows of up to 32 columns fit. */
const rowsAStatement = 1000;

/** All rows in portions that one statement can take; `from` is the place of a portion's first. */
export function chunks<Row>(
  all: readonly Row[],
): readonly { readonly from: number; readonly some: readonly Row[] }[] {
  if (all.length === 0) return [];
  if (all.length <= rowsAStatement) return [{ from: 0, some: all }];
  const count = Math.ceil(all.length / rowsAStatement);
  return Array.from({ length: count }, (_, n) => {
    const from = n * rowsAStatement;
    return { from, some: all.slice(from, from + rowsAStatement) };
  });
}
