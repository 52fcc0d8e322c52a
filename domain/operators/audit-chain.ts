/** A row of `operator_actions` as it is hashed: every field is text. */
export interface ChainedAction {
  readonly id: string
  /**
   * UTC with microseconds, `2026-01-31T12:00:00.000001Z`: a Date would drop the last three digits.
   */
  readonly doneAt: string
  readonly operator: string
  readonly action: string
  readonly subject: string
  readonly reason: string
  readonly previousHash: string
  readonly hash: string
}

/** `previousHash` of the first row. */
export const chainBeginning = '0'.repeat(64)

/** The first row that does not follow from its predecessor. */
export interface ChainBreak {
  readonly id: string
  readonly why: 'changed' | 'unlinked'
}

/**
 * Text that is hashed: the fields as netstrings, so that no two rows have the same text. The
 * trigger in drizzle/migrations/0001_money-hardening.sql builds the same text.
 */
export function actionText(row: Omit<ChainedAction, 'hash'>): string {
  return [row.previousHash, row.id, row.doneAt, row.operator, row.action, row.subject, row.reason]
    .map((field) => `${new TextEncoder().encode(field).length}:${field},`)
    .join('')
}

/**
 * Checks one page of rows, in order of id. `changed`: a field differs from the hashed text.
 * `unlinked`: an earlier row was deleted, inserted, or changed together with its own hash.
 * @param before hash of the row before the page; `chainBeginning` for the first
 */
export function findBreak(
  rows: readonly ChainedAction[],
  before: string,
  sha256: (text: string) => string,
): ChainBreak | undefined {
  let newest = before
  for (const row of rows) {
    if (row.previousHash !== newest) return { id: row.id, why: 'unlinked' }
    if (sha256(actionText(row)) !== row.hash) return { id: row.id, why: 'changed' }
    newest = row.hash
  }
  return undefined
}
