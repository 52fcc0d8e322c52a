/**
 * A row of the table `operator_actions`, whose rows form a chain of hashes. Every field is text, as
 * in the hashed form.
 */
export interface ChainedAction {
  readonly id: string
  /**
   * UTC with microseconds, `2026-01-31T12:00:00.000001Z`. The type is text, because a Date has only
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

/**
 * The first row at which the chain of hashes breaks, and the kind of the break (see `findBreak`).
 */
export interface ChainBreak {
  readonly id: string
  readonly why: 'changed' | 'unlinked'
}

export interface AuditVerdict {
  readonly rows: number
  /**
   * Hash of the newest valid row. An operator who notes it elsewhere can later prove that no rows
   * were cut off the end.
   */
  readonly head: string
  readonly broken: ChainBreak | undefined
  /** Whether a row has the hash that an operator noted earlier; true if no hash was given. */
  readonly known: boolean
}

/** Verifies the chain of the operators' actions. */
export interface AuditTrail {
  /** @param noted a hash that must be in the chain */
  verify(noted?: string): Promise<AuditVerdict>
}

/**
 * Returns the text whose hash a row stores: the fields as netstrings, so that two different rows
 * never have the same text. The trigger in drizzle/migrations/0001_money-hardening.sql builds the
 * same text.
 */
export function actionText(row: Omit<ChainedAction, 'hash'>): string {
  return [row.previousHash, row.id, row.doneAt, row.operator, row.action, row.subject, row.reason]
    .map((field) => `${new TextEncoder().encode(field).length}:${field},`)
    .join('')
}

/**
 * Checks one page of rows, which are in order of id. Returns undefined if they are intact.
 * `changed`: a field of the row was changed after the row was hashed. `unlinked`: an earlier row
 * was deleted, inserted, or changed together with its hash.
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
