/** A statement takes at most 65,535 parameters, and our widest row has 22. */
const rowsPerStatement = 1_000

/** Splits rows into parts that one statement can take. */
export function chunks<T>(rows: readonly T[]): T[][] {
  const parts: T[][] = []
  for (let i = 0; i < rows.length; i += rowsPerStatement) {
    parts.push(rows.slice(i, i + rowsPerStatement))
  }
  return parts
}
