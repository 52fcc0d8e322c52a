import type { Database } from '../../adapters/drizzle/database.ts'
import { chainsOfUnread, type UnreadSubject } from '../../adapters/drizzle/scan/unread.ts'
import { isHash, toHash } from '../../domain/address.ts'
import { notFound, usageError } from '../session/cli-error.ts'

export interface UnreadOrder {
  /** A transaction hash, or `blocks`. */
  readonly subject: string
  readonly chain?: number
  readonly operator: string
  readonly reason: string
}

const hint = 'see "coldsweep unread list"'

export const noSuchUnread = (subject: string) =>
  notFound(
    `${subject} is not unread: it was read, answered, removed by a reorg, or never unread`,
    hint,
  )

/**
 * Resolves the operator's subject: an unread transaction on the only chain that has it, or the unread
 * block range of a chain.
 */
export async function unreadSubject(
  db: Database['db'],
  { subject, chain }: UnreadOrder,
): Promise<UnreadSubject> {
  if (subject === 'blocks') {
    if (chain === undefined) throw usageError('"blocks" needs --chain', hint)
    return { kind: 'blocks', chainId: chain }
  }
  if (!isHash(subject)) {
    throw usageError(`expected a transaction hash or "blocks", got "${subject}"`, hint)
  }
  const hash = toHash(subject)
  const chains = chain === undefined ? await chainsOfUnread(db, hash) : [chain]
  const [chainId, another] = chains
  if (chainId === undefined) throw noSuchUnread(subject)
  if (another !== undefined) {
    throw usageError(`${subject} is unread on chains ${chains.join(' and ')}`, 'add --chain')
  }
  return { kind: 'transaction', chainId, hash }
}
