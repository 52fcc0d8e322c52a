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
    `${subject} is not unread: it never was, it has been read, a reorg removed it, or somebody answered for it`,
    hint,
  )

/**
 * What the operator means: one transaction, on the only chain that has it unread, or a chain's
 * range of blocks.
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
    throw usageError(`"${subject}" is neither a transaction hash nor "blocks"`, hint)
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
