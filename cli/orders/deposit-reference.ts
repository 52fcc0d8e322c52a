import type { DepositReference } from '../../adapters/drizzle/deposits/find-deposits.ts'
import { isHash, toHash } from '../../domain/address.ts'
import { formatDepositId, parseDepositId } from '../../domain/deposits/deposit-id.ts'
import { usageError } from '../session/cli-error.ts'

const workflowId = /^sweep-(\d+)-(0x[0-9a-fA-F]{64})-(.+)$/
const sweepId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * Parses the `<id>` of any verb: a deposit id, workflow id, transaction hash, or the sweep id that
 * `waiting(sweep …)` shows.
 */
export function parseDepositReference(text: string): DepositReference {
  const given = text.trim()
  if (isHash(given)) return { kind: 'transaction', hash: toHash(given) }
  if (sweepId.test(given)) return { kind: 'sweep', sweepId: given.toLowerCase() }
  const [, chain, hash, position] = workflowId.exec(given) ?? []
  const id = chain === undefined ? given : `${chain}:${hash}:${position}`
  try {
    return { kind: 'deposit', id: formatDepositId(parseDepositId(id)) }
  } catch {
    throw usageError(
      `invalid id "${given.slice(0, 120)}"`,
      'use a deposit id (chainId:txHash:position), a workflow id (sweep-<chainId>-<txHash>-<position>) or a transaction hash',
    )
  }
}
