import { isHash, toHash } from '../../domain/address.ts'
import { formatDepositId, parseDepositId } from '../../domain/deposits/deposit-id.ts'
import type { DepositReference } from '../../domain/deposits/deposit-view.ts'

const workflowId = /^sweep-(\d+)-(0x[0-9a-fA-F]{64})-(.+)$/
const sweepId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * Parses the `<id>` of any order or view: a deposit id, workflow id, transaction hash, or the sweep
 * id that `waiting(sweep …)` shows. undefined for any other text.
 */
export function parseDepositReference(text: string): DepositReference | undefined {
  const given = text.trim()
  if (isHash(given)) return { kind: 'transaction', hash: toHash(given) }
  if (sweepId.test(given)) return { kind: 'sweep', sweepId: given.toLowerCase() }
  const [, chain, hash, position] = workflowId.exec(given) ?? []
  const id = chain === undefined ? given : `${chain}:${hash}:${position}`
  try {
    return { kind: 'deposit', id: formatDepositId(parseDepositId(id)) }
  } catch {
    return undefined
  }
}
