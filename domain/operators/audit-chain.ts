/** A row of `operator_actions` in the form in which it is hashed: every field is text. */
export interface ChainedAction {
  readonly id: string
  /**
   * UTC with microseconds, `2026-01-31T12:00:00.000001Z`. A text, because a Date has only
   * milliseconds.
   */
  readonly doneAt: string
  readonly operator: string
  readonly action: string
  readonly subject: string
  readonly reason: string
  readonly previousHash: string
  readonly hash: string
}

/** Value of `previousHash` in the first row. */
export const chainBeginning = '0'.repeat(64)

/** The first row whose hashes do not fit, and the kind of the break (see `findBreak`). */
export interface ChainBreak {
  readonly id: string
  readonly why: 'changed' | 'unlinked'
}

/**
 * Text whose hash a row stores: the fields as netstrings, so that two different rows never have the
 * same text. The trigger in drizzle/migrations/0001_money-hardening.sql builds the same text.
 */
export function actionText(row: Omit<ChainedAction, 'hash'>): string {
  return [row.previousHash, row.id, row.doneAt, row.operator, row.action, row.subject, row.reason]
    .map((field) => `${new TextEncoder().encode(field).length}:${field},`)
    .join('')
}

/**
 * Checks one page of rows, which are in order of id. Returns undefined if they are intact.
 * `changed`: a field of the row was changed after it was hashed. `unlinked`: a row before it was
 * deleted, inserted, or changed together with its hash.
 * @param before hash of the row before the page; `chainBeginning` for the first page
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
