import { createHash } from 'node:crypto'
import { asc, desc, eq, gt, sql } from 'drizzle-orm'
import {
  type AuditVerdict,
  type ChainedAction,
  chainBeginning,
  findBreak,
} from '../../../domain/operators/audit-chain.ts'
import { operatorActions } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'

const rowsAtOnce = 1_000

const columns = {
  id: sql<string>`${operatorActions.id}::text`,
  doneAt: sql<string>`to_char(${operatorActions.doneAt} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
  operator: operatorActions.operator,
  action: operatorActions.action,
  subject: operatorActions.subject,
  reason: operatorActions.reason,
  previousHash: operatorActions.previousHash,
  hash: operatorActions.hash,
}

/** Returns the newest actions of operators, newest first, optionally of one subject only. */
export function listActions(
  db: Queries,
  filter: { readonly subject?: string | undefined },
  limit: number,
): Promise<ChainedAction[]> {
  const { subject } = filter
  return db
    .select(columns)
    .from(operatorActions)
    .where(subject === undefined ? undefined : eq(operatorActions.subject, subject))
    .orderBy(desc(operatorActions.id))
    .limit(limit)
}

/**
 * Verifies the hash chain of operators' actions: computes every row's hash again, outside the
 * database, page by page (MONEY 17). Rows that are written meanwhile are included.
 * @param noted a hash that must be in the chain
 */
export async function verifyAudit(db: Queries, noted?: string): Promise<AuditVerdict> {
  let head = chainBeginning
  let known = noted === undefined || noted === chainBeginning
  let rows = 0
  for (let last = '0'; ; ) {
    const page = await db
      .select(columns)
      .from(operatorActions)
      .where(gt(operatorActions.id, BigInt(last)))
      .orderBy(asc(operatorActions.id))
      .limit(rowsAtOnce)
    const broken = findBreak(page, head, sha256)
    rows += page.length
    known ||= page.some(({ hash }) => hash === noted)
    const newest = page.at(-1)
    if (broken || newest === undefined) return { rows, head, broken, known }
    head = newest.hash
    last = newest.id
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}
